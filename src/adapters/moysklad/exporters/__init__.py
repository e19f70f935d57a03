"""One file for each kind of rows that can be exported; a new file is a new exporter."""
