"""What runs when, as one readable table. Beat selects what is due; nothing uses ETA or countdown."""

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, object]] = {
    "deliver messages": {
        "task": "notifications.tasks.deliver_due_everywhere",
        "schedule": 5.0,
        "options": {"expires": 5},  # a worker that was away does not do it ten times over
    },
    "sweep messages": {
        "task": "notifications.tasks.sweep_everywhere",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "remind of tomorrow": {
        "task": "booking.tasks.remind_everywhere",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # The announcer process does this within 0.2 s; this is the net under it.
    "announce places": {
        "task": "venues.tasks.announce_all",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # Lost figures are lost; lost bookings there are none.
    "carry over demand": {
        "task": "frontdoor.tasks.carry_over_everywhere",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # Tomorrow's roster from the ward's hour on; parcels a dead worker left; files nobody fetched.
    "look after parcels": {
        "task": "exchange.tasks.look_after_each",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # The chainer process does this within a few seconds; this is the net under it.
    "link access logs": {
        "task": "privacy.tasks.link_log_everywhere",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "keep watch": {
        "task": "privacy.tasks.keep_watch_everywhere",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "verify access logs": {
        "task": "privacy.tasks.verify_logs_everywhere",
        "schedule": crontab(hour=2, minute=20),
    },
    "sweep ended budgets": {
        "task": "privacy.tasks.sweep_budgets_everywhere",
        "schedule": crontab(minute=17),
    },
    "release places by rule": {
        "task": "venues.tasks.release_places_everywhere",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep ended holds": {
        "task": "booking.tasks.sweep_holds_everywhere",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "sweep the waiting list": {
        "task": "booking.tasks.sweep_waiting_list_everywhere",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep transfers": {
        "task": "booking.tasks.sweep_transfers_everywhere",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "settle lotteries": {
        "task": "booking.tasks.settle_lotteries_everywhere",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "sweep ended codes": {
        "task": "booking.tasks.sweep_codes_everywhere",
        "schedule": crontab(minute=27),
    },
    "sweep ended sessions": {
        "task": "tenancy.tasks.sweep_sessions_everywhere",
        "schedule": crontab(hour=3, minute=10),
    },
    "count cohorts": {
        "task": "booking.tasks.count_cohorts_everywhere",
        "schedule": crontab(minute=40, hour="*/3"),
    },
    "check counts": {
        "task": "booking.tasks.check_counts_everywhere",
        "schedule": crontab(minute=30),
    },
}
