"""MoySklad tells of changes by itself: what it is asked to tell, what it told, and what follows from that."""
