"""The demo's one page."""
