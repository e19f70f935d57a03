"""What can be done about plans."""
