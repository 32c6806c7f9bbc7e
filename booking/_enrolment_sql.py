"""The statements by which a staged target list becomes residents and vouchers."""

from typing import Final

KNOWN: Final = """
SELECT v.number_index, v.issuer_code, v.is_live, uuid_send(v.id), uuid_send(r.id),
       r.name, r.born_on, r.sex, r.postal_code, r.address, r.status_flag, r.scheme
FROM booking_voucher v JOIN booking_resident r ON r.id = v.resident_id
"""

RESERVED: Final = "SELECT DISTINCT uuid_send(resident_id) FROM booking_reservation WHERE is_live"

STAGE: Final = """
CREATE TEMPORARY TABLE staged_enrolment (
    what smallint NOT NULL, resident_id uuid NOT NULL, voucher_id uuid NOT NULL,
    name bytea, born_on bytea, sex bytea, postal_code bytea, address bytea,
    name_born_index bytea, status_flag text, scheme text, issuer_code text,
    voucher_number bytea, number_index bytea
) ON COMMIT DROP
"""

COPY: Final = "COPY staged_enrolment FROM STDIN (FORMAT BINARY)"

# What: 1 new, 2 changed, 3 reissued, 4 void, 5 named again.
SETTLE: Final = (
    "ANALYZE staged_enrolment",
    """
    INSERT INTO booking_voucherevent (voucher_id, what, happened_at)
    SELECT v.id, 'replaced', %(at)s::timestamptz
    FROM booking_voucher v JOIN staged_enrolment s ON s.what = 3 AND v.resident_id = s.resident_id
    WHERE v.is_live
    UNION ALL
    SELECT v.id, 'stopped', %(at)s::timestamptz
    FROM booking_voucher v JOIN staged_enrolment s ON s.what = 4 AND v.id = s.voucher_id
    WHERE v.is_live
    """,
    """
    UPDATE booking_voucher v SET is_live = false FROM staged_enrolment s
    WHERE (s.what = 4 AND v.id = s.voucher_id)
       OR (s.what = 3 AND v.resident_id = s.resident_id AND v.is_live)
    """,
    """
    INSERT INTO booking_resident (
        id, name, born_on, sex, postal_code, address, name_born_index, status_flag, scheme,
        language, is_dummy, version, base_date, enrolled_at, changed_at)
    SELECT resident_id, name, born_on, sex, postal_code, address, name_born_index, status_flag,
        scheme, 'ja', %(is_dummy)s::boolean, 1, %(base_date)s::date, %(at)s::timestamptz,
        %(at)s::timestamptz
    FROM staged_enrolment WHERE what = 1
    """,
    """
    UPDATE booking_resident r SET name = s.name, born_on = s.born_on, sex = s.sex,
        postal_code = s.postal_code, address = s.address, name_born_index = s.name_born_index,
        status_flag = s.status_flag, scheme = s.scheme, version = r.version + 1,
        base_date = %(base_date)s::date, changed_at = %(at)s::timestamptz
    FROM staged_enrolment s WHERE s.what IN (2, 3) AND r.id = s.resident_id
    """,
    """
    INSERT INTO booking_voucher (
        id, resident_id, issuer_code, voucher_number, number_index, is_live, issued_at)
    SELECT voucher_id, resident_id, issuer_code, voucher_number, number_index, true,
        %(at)s::timestamptz
    FROM staged_enrolment WHERE what IN (1, 3)
    """,
    """
    UPDATE booking_resident r SET base_date = %(base_date)s::date FROM staged_enrolment s
    WHERE s.what IN (4, 5) AND r.id = s.resident_id
    """,
)

TO_DECIDE: Final = """
SELECT v.reservation_number FROM booking_reservation v
JOIN booking_resident r ON r.id = v.resident_id
WHERE v.is_live AND v.resident_id IN (SELECT resident_id FROM staged_enrolment WHERE what <> 5)
  AND (r.status_flag <> '0' OR NOT EXISTS (
      SELECT 1 FROM booking_voucher c WHERE c.resident_id = r.id AND c.is_live))
ORDER BY v.reservation_number LIMIT 1000
"""

# A second list in the same transaction begins with an empty stage.
CLEAR: Final = "DROP TABLE staged_enrolment"
