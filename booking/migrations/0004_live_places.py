"""What a claim's rules depend on, looked at anew after a lock was waited for (docs/adr/0006)."""

from django.db import migrations

# A statement sees what was committed when it began; a volatile function sees what is committed
# when it is called. Answers NULL where no voucher is live, else "dose:bucket,…" in order of dose.
MAKE = """
CREATE FUNCTION booking_live_places(person uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN EXISTS (
            SELECT 1 FROM booking_voucher v WHERE v.resident_id = person AND v.is_live
        ) THEN coalesce(
            string_agg(h.dose_number || ':' || h.bucket_id, ',' ORDER BY h.dose_number), ''
        ) END
        FROM booking_reservation h WHERE h.resident_id = person AND h.is_live
    );
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_quiet_hours_move_to_the_sender")]

    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION booking_live_places(uuid)")]
