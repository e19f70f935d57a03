"""Companies that installed SkladSheets, and the people of theirs who come in."""
