"""Doors of the call centre, one file a page."""
