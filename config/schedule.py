"""What runs when, as one readable table. Beat selects what is due; nothing uses ETA or countdown."""

SCHEDULE: dict[str, dict[str, object]] = {
    # The announcer process does this within 0.2 s; this is the net under it.
    "announce places": {"task": "venues.tasks.announce_all", "schedule": 10.0},
}
