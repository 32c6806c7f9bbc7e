"""What must hold after every group, counted in the database itself."""

from django.db import connections

from bench.figures import Figures
from bench.towns import at_home
from tenancy.current import current

OVERSOLD = """
SELECT count(*) FROM venues_bucket b WHERE b.taken > b.capacity OR b.taken <> (
    SELECT count(*) FROM booking_reservation r WHERE r.bucket_id = b.id AND r.is_live)
"""
DOUBLED = """
SELECT count(*) FROM (
    SELECT 1 FROM booking_reservation WHERE is_live
    GROUP BY resident_id, dose_number HAVING count(*) > 1) twice
"""
UNTOLD = """
SELECT count(*) FROM booking_reservation r WHERE NOT EXISTS (
    SELECT 1 FROM booking_reservationevent e WHERE e.reservation_id = r.id AND e.what = 'claimed')
"""


def check(figures: Figures, *, code: str) -> None:
    """No place twice, nobody twice, nothing without its event."""
    with at_home(code):
        figures.count("oversold", _count(OVERSOLD), "places")
        figures.count("doubled", _count(DOUBLED), "reservations")
        figures.count("without_event", _count(UNTOLD), "reservations")


def _count(statement: str) -> int:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
