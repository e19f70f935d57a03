"""What a company may use, by its plan, and what it has used."""
