"""Tables that people send and are handed: CSV and XLSX."""
