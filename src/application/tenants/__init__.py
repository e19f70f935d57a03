"""Companies and their people: installing, signing in, signing out."""
