"""Templates of notices, over Jinja."""
