"""A model of a whole installation: the real rules over a clock that nobody waits for."""
