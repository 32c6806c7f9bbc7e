"""Sends what is due, and marks it only once it is sent."""

import django

from config.celery import app as house

django.setup()  # models before the worker's own start

from notifications.deliveries import _claim, _end  # noqa: E402 - as above

app = house

_TAKEN = "UPDATE notifications_message m SET state = 'sending', changed_at = %(at)s"
for _name in ("FIRST", "REST", "CLOSED"):
    _statement = str(vars(_claim)[_name]).replace(
        _TAKEN, "UPDATE notifications_message m SET changed_at = %(at)s"
    )
    vars(_claim)[_name] = _statement
vars(_end)["_END"] = str(vars(_end)["_END"]).replace(
    "m.state IN ('sending', 'unknown')", "m.state IN ('pending', 'sending', 'unknown')"
)
