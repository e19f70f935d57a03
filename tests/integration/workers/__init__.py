"""Workers and the servers that they share."""
