"""Verbs and questions on mailings (発送便): whose voucher goes into which envelope, and who waits.

The caller decides who is left out; here the envelopes are numbered and kept, all or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q, QuerySet

from booking import _mailing_sql as sql
from booking.enrolments import Opener, Particulars, id_text
from booking.models import Envelope, LeftOutVoucher, Mailing, Resident
from privacy import sealing
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff

State = Envelope.State
#: An envelope in these can still be taken out of the pile.
ON_THE_WAY = (State.PLANNED, State.PRINTED, State.ENCLOSED, State.SPOILED)


class NoSuchMailing(LookupError):
    """This municipality has no such mailing."""


@dataclass(frozen=True)
class Plan:
    """What somebody says about a mailing before it is made."""

    title: str
    base_date: date
    age_on: date
    youngest: int | None = None
    oldest: int | None = None
    bill_to: str = ""
    all_characters: bool = False


class Addressee(NamedTuple):
    """A live voucher and its holder, opened; `is_sent` while an envelope of it is on its way."""

    voucher_id: bytes
    issuer_code: str
    voucher_number: str
    base_date: date | None
    is_sent: bool
    particulars: Particulars


def begin(*, plan: Plan, number: str, by: Staff, at: datetime) -> Mailing:
    """Open a mailing without envelopes, in the caller's transaction."""
    told = vars(plan) | {"bill_to": plan.bill_to or current().name[:20]}
    return Mailing.objects.create(**told, number=number, made_by=by, made_at=at)


def addressees() -> Iterator[Addressee]:
    """Everybody with a live voucher, in an order that says nothing of them; in a transaction."""
    opener = Opener()
    open_number = sealing.unsealer(table="booking_voucher", column="voucher_number")
    connection = connections[current().database]
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql.ADDRESSEES)
        while block := cursor.fetchmany(2000):
            for voucher_id, issuer, number, base_date, is_sent, resident_id, *sealed in block:
                yield Addressee(
                    voucher_id,
                    issuer,
                    open_number(number, id_text(voucher_id)),
                    base_date,
                    is_sent,
                    opener.particulars(resident_id, sealed),
                )


def enclose(
    *,
    mailing: Mailing,
    vouchers: Iterable[bytes],
    left_out: Mapping[bytes, str],
    counts: Mapping[str, int],
) -> int:
    """Give each voucher its envelope, serials from 1 in this order; all or nothing, once."""
    key, serial = str(mailing.pk), 0
    with municipality_atomic(), connections[current().database].cursor() as cursor:
        with cursor.copy(sql.ENCLOSE) as copy:
            for serial, voucher in enumerate(vouchers, start=1):
                copy.write_row((key, serial, id_text(voucher)))
        with cursor.copy(sql.LEAVE_OUT) as copy:
            for voucher, reason in left_out.items():
                copy.write_row((key, id_text(voucher), reason))
        mailing.envelopes, mailing.left_out = serial, dict(counts)
        mailing.save(update_fields=["envelopes", "left_out"])
    return serial


def find(*, mailing_id: UUID) -> Mailing:
    """One mailing, or NoSuchMailing."""
    found = Mailing.objects.select_related("made_by", "closed_by").filter(pk=mailing_id).first()
    if found is None:
        raise NoSuchMailing(mailing_id)
    return found


def newest() -> "QuerySet[Mailing]":
    """All mailings, newest first."""
    return Mailing.objects.select_related("made_by")


def left_out_of(mailing: Mailing) -> "QuerySet[LeftOutVoucher]":
    """Those left out for a reason that the ward's next list can mend."""
    return LeftOutVoucher.objects.filter(mailing=mailing).select_related("voucher")


def states_of(mailing: Mailing) -> dict[str, int]:
    """How many envelopes stand in each state."""
    rows = Envelope.objects.filter(mailing=mailing).order_by().values_list("state")
    return dict(rows.annotate(Count("pk")))


def to_pull(mailing: Mailing) -> "QuerySet[Envelope]":
    """Envelopes whose holder has moved or died, or whose number is dead, and nobody asked for yet."""
    gone = ~Q(voucher__resident__status_flag=Resident.StatusFlag.NONE) | Q(voucher__is_live=False)
    rows = Envelope.objects.filter(gone, mailing=mailing, pull_list="", state__in=ON_THE_WAY)
    return rows.order_by("serial")


def too_late_to_pull(mailing: Mailing) -> int:
    """Envelopes delivered to the ward whose holder has moved or died, or whose number is dead."""
    gone = ~Q(voucher__resident__status_flag=Resident.StatusFlag.NONE) | Q(voucher__is_live=False)
    return Envelope.objects.filter(gone, mailing=mailing, state=State.DELIVERED).count()


class Sent(NamedTuple):
    """What we know of an envelope: whose number it must bear, and how far it has come."""

    number_index: bytes
    state: str
    is_on_pull_list: bool


class Outcome(NamedTuple):
    """How far an envelope has come now."""

    state: str
    bundle: str
    spoiled: int


def sent(mailing: Mailing) -> dict[int, Sent]:
    """Every envelope of a mailing by its serial."""
    rows = (
        Envelope.objects.filter(mailing=mailing)
        .order_by()
        .values_list("serial", "voucher__number_index", "state", "pull_list")
    )
    return {
        serial: Sent(bytes(index), state, bool(pull_list))
        for serial, index, state, pull_list in rows.iterator(chunk_size=5000)
    }


def settle(*, mailing: Mailing, outcomes: Iterable[tuple[int, Outcome]]) -> None:
    """Write down how far envelopes have come; who was pulled may be in the next mailing."""
    with municipality_atomic(), connections[current().database].cursor() as cursor:
        cursor.execute(sql.STAGE_OUTCOMES)
        with cursor.copy(sql.COPY_OUTCOMES) as copy:
            for serial, outcome in outcomes:
                copy.write_row((serial, *outcome))
        cursor.execute(sql.SETTLE, {"mailing": mailing.pk})
        cursor.execute(sql.CLEAR_OUTCOMES)
