"""The statements of mailings: who has a voucher that could be sent, and what came back of them."""

from typing import Final

ADDRESSEES: Final = """
SELECT uuid_send(v.id), v.issuer_code, v.voucher_number, r.base_date,
       EXISTS (SELECT 1 FROM booking_envelope e WHERE e.voucher_id = v.id AND e.is_current),
       uuid_send(r.id), r.name, r.born_on, r.sex, r.postal_code, r.address, r.status_flag, r.scheme
FROM booking_voucher v JOIN booking_resident r ON r.id = v.resident_id
WHERE v.is_live ORDER BY v.id
"""

ENCLOSE: Final = "COPY booking_envelope (mailing_id, serial, voucher_id) FROM STDIN"
LEAVE_OUT: Final = "COPY booking_leftoutvoucher (mailing_id, voucher_id, reason) FROM STDIN"

STAGE_OUTCOMES: Final = """
CREATE TEMPORARY TABLE staged_outcome (
    serial integer NOT NULL, state text NOT NULL, bundle text NOT NULL, spoiled integer NOT NULL
) ON COMMIT DROP
"""
COPY_OUTCOMES: Final = "COPY staged_outcome FROM STDIN"
SETTLE: Final = """
UPDATE booking_envelope e SET state = s.state, spoiled = e.spoiled + s.spoiled,
    bundle = CASE s.bundle WHEN '' THEN e.bundle ELSE s.bundle END,
    is_current = e.is_current AND s.state <> 'pulled'
FROM staged_outcome s WHERE e.mailing_id = %(mailing)s::uuid AND e.serial = s.serial
"""
CLEAR_OUTCOMES: Final = "DROP TABLE staged_outcome"
