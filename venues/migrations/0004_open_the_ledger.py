"""Every bucket's ledger begins: what changed its capacity so far, then what its counters say."""

from django.db import migrations

RESIZED = """
INSERT INTO venues_placeentry
    (bucket_id, what, capacity, capacity_after, reason, done_by_id, happened_at)
SELECT b.id, 'resized', c.capacity_after - c.capacity_before, c.capacity_after, c.reason,
    c.done_by_id, c.happened_at
FROM venues_slotchange c JOIN venues_bucket b ON b.slot_id = c.slot_id AND b.channel = c.channel
WHERE c.what = 'resized' ORDER BY c.id
"""
TURNED = """
INSERT INTO venues_placeentry (bucket_id, what, reason, done_by_id, happened_at)
SELECT b.id, c.what, c.reason, c.done_by_id, c.happened_at
FROM venues_slotchange c JOIN venues_bucket b ON b.slot_id = c.slot_id
WHERE c.what <> 'resized' ORDER BY c.id, b.id
"""
# Bookings of the same moment wait: a place taken between the sum and the commit would be missed.
BALANCE = """
INSERT INTO venues_placeentry (bucket_id, what, taken, capacity, happened_at)
SELECT b.id, 'balance', b.taken, b.capacity - coalesce(e.capacity, 0), clock_timestamp()
FROM venues_bucket b LEFT JOIN (
    SELECT bucket_id, sum(capacity) AS capacity FROM venues_placeentry GROUP BY bucket_id
) e ON e.bucket_id = b.id ORDER BY b.id
"""


class Migration(migrations.Migration):
    dependencies = [("venues", "0003_place_entries")]

    operations = [
        migrations.RunSQL(
            ["LOCK TABLE venues_bucket IN EXCLUSIVE MODE", RESIZED, TURNED, BALANCE],
            "TRUNCATE venues_placeentry",
        ),
    ]
