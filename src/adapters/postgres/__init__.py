"""PostgreSQL, where the truth is kept. Row-level security keeps companies apart."""
