"""PostgreSQL with a municipality: search path and role in one round trip, fail closed."""
