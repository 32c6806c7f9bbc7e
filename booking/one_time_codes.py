"""Verbs on one-time codes: send one to the contact on record, redeem it (確認コード).

Where there is nobody to send to, a decoy is made with the same work, so that neither the page
nor its time tells whether a person, a reservation or a contact exists.
"""

import secrets
import uuid
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connections
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import messages
from booking.models import OneTimeCode, Resident
from notifications import outbox
from privacy import budgets, sealing
from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
CLOCKS_DIFFER = timedelta(minutes=1)  # a clock set back further makes no code live longer (T37)
DAY = timedelta(days=1)
# Nobody is flooded and nobody earns by codes (T18): a number, a network, all of us.
PER_NUMBER, PER_NETWORK, PER_MUNICIPALITY = 3, 20, 1000


class WrongCode(Exception):
    """Not the code, or no longer; which of these is told to nobody."""

    words: str | Promise = _(
        "確認コードが違うか、使える時間を過ぎています。もう一度ご確認ください。"
    )


def send(
    *, resident: Resident | None, purpose: str, network: str, language: str, at: datetime
) -> UUID:
    """Make a code and promise its message in one transaction; the id to redeem it by."""
    way = messages.way_for_a_code(resident) if resident else None
    granted = _within_budgets(way[1] if way else str(uuid.uuid4()), network, at=at)
    goes_out = resident is not None and way is not None and granted
    code_id, code = uuid.uuid4(), f"{secrets.randbelow(1_000_000):06d}"
    row = OneTimeCode(
        id=code_id,
        purpose=purpose,
        resident=resident if goes_out else None,
        code_index=_index(code_id, code),
        made_at=at,
        expires_at=at + LIFE,
    )
    message = messages.owed_for_code(
        code_id, code, way or messages.NOWHERE, resident, language, at=at, until=row.expires_at
    )
    parameters = outbox.parameters(message, name="m") | {"goes_out": goes_out}
    statement = outbox.inserting_sql(name="m", provided="%(goes_out)s::boolean")
    with municipality_atomic():
        row.save(force_insert=True)
        with connections[current().database].cursor() as cursor:
            cursor.execute(statement, parameters)  # type: ignore[arg-type]  # UUIDs too
        on_commit(partial(live.has_work, live.MESSAGES))
    return code_id


def redeem(*, code_id: UUID, purpose: str, code: str, at: datetime) -> UUID:
    """The id of the resident who received this code; raises WrongCode. A code opens once."""
    open_now = OneTimeCode.objects.filter(
        pk=code_id, purpose=purpose, used_at=None, expires_at__gt=at, tries__lt=MOST_TRIES,
        made_at__lte=at + CLOCKS_DIFFER,
    )  # fmt: skip
    # The try is counted before the code is compared: many at once get no more tries than one.
    counted = open_now.update(tries=F("tries") + 1)
    row = OneTimeCode.objects.filter(pk=code_id).first() if counted else None
    right = row is not None and secrets.compare_digest(bytes(row.code_index), _index(code_id, code))
    if not right or row is None or row.resident_id is None:
        raise WrongCode
    if not OneTimeCode.objects.filter(pk=code_id, used_at=None).update(used_at=at):
        raise WrongCode
    return row.resident_id


def void(*, resident_id: UUID, at: datetime) -> None:
    """End what was sent to somebody: the contact it went to is no longer theirs."""
    OneTimeCode.objects.filter(resident_id=resident_id, used_at=None).update(used_at=at)


def sweep(*, at: datetime) -> int:
    """Drop codes that ended a day ago; the count of those dropped."""
    return OneTimeCode.objects.filter(expires_at__lt=at - DAY).delete()[0]


def _index(code_id: UUID, code: str) -> bytes:
    return sealing.blind_index("one_time_code", f"{code_id}|{code}")


def _within_budgets(number: str, network: str, *, at: datetime) -> bool:
    hour = timedelta(hours=1)
    granted = [
        budgets.spend(kind="code_number", key=number, limit=PER_NUMBER, window=DAY, at=at),
        budgets.spend(kind="code_network", key=network, limit=PER_NETWORK, window=hour, at=at),
        budgets.spend(kind="code_all", key="all", limit=PER_MUNICIPALITY, window=DAY, at=at),
    ]
    return all(granted)
