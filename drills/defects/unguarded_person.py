"""Two presses of one person side by side, with neither lock nor index between them."""

import config.wsgi
from booking.reservations import _claim, _sql

application = config.wsgi.application

_sql.PERSON = _sql.PERSON.replace("FOR NO KEY UPDATE OF r", "").replace(
    "SELECT r.id", "SELECT r.id, pg_sleep(0.02)", 1
)
_claim._earlier = lambda *_given: []
for _cached in (_sql.single, _sql.several):
    _cached.cache_clear()
