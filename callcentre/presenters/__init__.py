"""How the call centre pages are worded."""
