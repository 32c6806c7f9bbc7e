"""Doors of privacy: signing in, the access log."""
