"""What a claim ends of holds before it takes their places."""

from django.db import migrations

# A statement sees what was committed when it began; what a claim must know of holds is looked at
# anew, after the person's lock was waited for (docs/adr/0031). Rows that somebody else is ending
# are skipped: nobody waits for a hold while others wait for a bucket.
YIELD = """
CREATE FUNCTION venues_yield_places(holders uuid[], buckets bigint[], moment timestamptz)
RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    wanted bigint;
    ended bigint;
    found bigint[] := '{}';
BEGIN
    FOREACH wanted IN ARRAY buckets LOOP
        UPDATE venues_hold SET bucket_id = NULL WHERE id = (
            SELECT h.id FROM venues_hold h
            WHERE h.bucket_id = wanted AND h.holder_id = ANY (holders)
            ORDER BY h.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        ) RETURNING wanted INTO ended;
        IF ended IS NULL AND EXISTS (
            SELECT 1 FROM venues_bucket b WHERE b.id = wanted AND b.taken + b.held >= b.capacity
                + CASE WHEN b.allowance_until > moment THEN b.allowance ELSE 0 END
                - (SELECT coalesce(sum(t.places), 0) FROM venues_tranche t
                    WHERE t.bucket_id = b.id AND (t.opens_at IS NULL OR t.opens_at > moment))
        ) THEN
            UPDATE venues_hold SET bucket_id = NULL WHERE id = (
                SELECT h.id FROM venues_hold h
                WHERE h.bucket_id = wanted AND h.until <= moment
                ORDER BY h.until, h.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
            ) RETURNING wanted INTO ended;
        END IF;
        IF ended IS NOT NULL THEN
            found := found || ended;
        END IF;
        ended := NULL;
    END LOOP;
    RETURN found;
END
$$
"""
KEEP = """
CREATE FUNCTION venues_keep_holds() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION 'no place was taken: the holds stand'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_not_spent';
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("venues", "0009_hold")]

    operations = [
        migrations.RunSQL(
            YIELD, "DROP FUNCTION venues_yield_places(uuid[], bigint[], timestamptz)"
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION venues_keep_holds()"),
    ]
