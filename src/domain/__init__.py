"""What the business knows: pure, synchronous, standard library only."""
