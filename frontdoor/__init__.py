"""The front door: who may come in when many come at once, and what was asked for (玄関)."""
