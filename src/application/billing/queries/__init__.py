"""What can be asked about plans."""
