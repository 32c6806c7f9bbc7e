"""What pages of the front door show."""
