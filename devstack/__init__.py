"""Real PostgreSQL and Valkey for a bare machine, and a supervisor of child processes."""
