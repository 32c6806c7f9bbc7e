"""Question: does everything that must always hold hold now (不変条件)? For drills and restores."""

from typing import Final

from django.db import connections

from tenancy.current import current

# Each counts what breaks an invariant; none is right. Ids as in docs/drills.md.
COUNTED: Final = {
    "I1 oversold": """
        SELECT count(*) FROM venues_bucket
        WHERE taken < 0 OR held < 0 OR taken + held > capacity + allowance
    """,
    "I1 counter": """
        SELECT count(*) FROM venues_bucket b WHERE b.taken <> (
            SELECT count(*) FROM booking_reservation r WHERE r.bucket_id = b.id AND r.is_live)
    """,
    "I1 held": """
        SELECT count(*) FROM venues_bucket b WHERE b.held <> (
            SELECT count(*) FROM venues_hold h WHERE h.bucket_id = b.id)
    """,
    "I1 ledger": """
        SELECT count(*) FROM venues_bucket b LEFT JOIN (
            SELECT bucket_id, sum(taken) AS taken, sum(held) AS held, sum(capacity) AS capacity,
                sum(allowance) AS allowance
            FROM venues_placeentry GROUP BY bucket_id) e ON e.bucket_id = b.id
        WHERE (b.taken, b.held, b.capacity, b.allowance) IS DISTINCT FROM (
            coalesce(e.taken, 0), coalesce(e.held, 0), coalesce(e.capacity, 0),
            coalesce(e.allowance, 0))
    """,
    "I1 offers": """
        SELECT count(*) FROM booking_waitinglistoffer o
        LEFT JOIN venues_hold h ON h.holder_id = o.id AND h.bucket_id = o.bucket_id
        WHERE (o.state = 'open' AND o.until > clock_timestamp() AND h.id IS NULL)
            OR (o.state <> 'open' AND h.id IS NOT NULL)
    """,
    "I3 doubled": """
        SELECT count(*) FROM (
            SELECT 1 FROM booking_reservation WHERE is_live
            GROUP BY resident_id, programme_id, dose_number HAVING count(*) > 1) twice
    """,
    "I3 dose order": """
        SELECT count(*) FROM booking_reservation second
        JOIN booking_reservation first ON first.resident_id = second.resident_id
            AND first.programme_id = second.programme_id
            AND first.dose_number < second.dose_number AND first.is_live
        JOIN venues_slot later ON later.id = second.slot_id
        JOIN venues_slot sooner ON sooner.id = first.slot_id
        WHERE second.is_live AND later.starts_at <= sooner.starts_at
    """,
    "I4 request twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM booking_reservation
            GROUP BY request_key, dose_number HAVING count(*) > 1) twice
    """,
    "I8 events missing": """
        SELECT count(*) FROM booking_reservation r WHERE r.version <> (
            SELECT count(*) FROM booking_reservationevent e WHERE e.reservation_id = r.id)
    """,
    "I8 replay": """
        SELECT count(*) FROM booking_reservation r
        JOIN booking_reservationevent e ON e.reservation_id = r.id AND e.version = r.version
        WHERE r.is_live IS DISTINCT FROM (e.what <> 'cancelled')
            OR (r.is_live AND e.slot_after_id IS DISTINCT FROM r.slot_id)
    """,
    "I9 outside the window": """
        SELECT count(*) FROM booking_reservation r JOIN venues_slot s ON s.id = r.slot_id
        WHERE r.is_live AND r.claimed_at >= s.starts_at
    """,
    "I13 seat elsewhere": """
        SELECT count(*) FROM booking_reservation r JOIN venues_bucket b ON b.id = r.bucket_id
        WHERE b.slot_id <> r.slot_id
    """,
    "I13 programme elsewhere": """
        SELECT count(*) FROM booking_reservation r JOIN venues_slot s ON s.id = r.slot_id
        JOIN venues_opening o ON o.id = s.opening_id WHERE o.programme_id <> r.programme_id
    """,
    "I16 future": """
        SELECT count(*) FROM booking_reservationevent
        WHERE happened_at > clock_timestamp() + interval '1 minute'
    """,
}


def broken() -> list[str]:
    """Every invariant that does not hold for the municipality being served, with its count."""
    found = []
    with connections[current().database].cursor() as cursor:
        for name, statement in COUNTED.items():
            cursor.execute(statement)
            (count,) = cursor.fetchone()
            if count:
                found.append(f"{name}: {count}")
    return found
