"""The demo (make demo): the whole house on one machine, with dummy people only."""
