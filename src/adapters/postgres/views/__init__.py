"""Reads for people: SQL straight into what is shown."""
