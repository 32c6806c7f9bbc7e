"""The claim's own statement: for the bare view with parameters, for pgbench as a script."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from booking.models import Reservation
from booking.reservations import _sql
from booking.reservations._wish import Asking
from notifications import outbox
from notifications.models import Message
from privacy.fields import Ciphertext

AT = datetime.now(UTC)
SEALED = Ciphertext(b"\x01" + bytes(90))  # as long as a short message; nobody opens it


def claim(*, bucket: int, resident: uuid.UUID, number: str) -> tuple[str, dict[str, Any]]:
    """The statement of one place with one message, and values for it."""
    made = Reservation(
        id=uuid.uuid4(), reservation_number=number, resident_id=resident, dose_number=1,
        bucket_id=bucket,
    )  # fmt: skip
    asking = Asking(channel="web", request_key=uuid.uuid4())
    values: dict[str, Any] = _sql.parameters([made], asking, by=None, at=AT)
    values |= outbox.parameters(_message(made), name="m0")
    return str(_sql.single(1)), values


def script(*, first_bucket: int, buckets: int) -> str:
    """The same for pgbench: values are made by the server, residents are numbered ids."""
    text, values = claim(bucket=1, resident=uuid.uuid4(), number="")
    made_by_server = {
        "id0": "gen_random_uuid()",
        "m0_id": "gen_random_uuid()",
        "m0_reference": "gen_random_uuid()",
        "request_key": "gen_random_uuid()",
        "number0": "('B' || :client_id::text || '-' || :turn::text)",
        "bucket0": ":bucket",
        "resident": "lpad(:person::text, 32, '0')::uuid",
        "log_resident": "lpad(:person::text, 32, '0')::uuid",
        "m0_person_id": "NULL",
    }

    def literal(match: re.Match[str]) -> str:
        name = match.group(1)
        return made_by_server.get(name) or _literal(values[name])

    body = re.sub(r"%\((\w+)\)s", literal, text)
    return (
        "\\set turn :turn + 1\n\\set person :client_id * 1000000 + :turn\n"
        f"\\set bucket random({first_bucket}, {first_bucket + buckets - 1})\n{body};\n"
    )


def _message(made: Reservation) -> Message:
    return Message(
        id=uuid.uuid4(), kind="confirmed", reference=made.pk, carrier="sms", recipient=SEALED,
        body=SEALED, not_before=AT, not_after=AT, created_at=AT, changed_at=AT,
    )  # fmt: skip


def _literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case bytes():
            return f"'\\x{bytes(value).hex()}'"
        case datetime():
            return f"'{value.isoformat()}'"
        case _:
            return f"'{value}'"
