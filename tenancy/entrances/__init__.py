"""The four entrances; each names the municipality before anything else happens."""
