"""What runs when, as one readable table. Beat selects what is due; nothing uses ETA or countdown."""

SCHEDULE: dict[str, dict[str, object]] = {}
