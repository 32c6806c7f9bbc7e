"""Doors of the municipality's own house."""
