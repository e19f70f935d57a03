"""The requests of spreadsheets.batchUpdate, by what they are about."""
