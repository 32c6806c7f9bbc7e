"""Whose data this is, who works on it, who may do what (自治体)."""
