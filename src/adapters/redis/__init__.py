"""Redis: locks across processes, and whether the server answers."""
