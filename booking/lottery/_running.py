"""Draw, then book and tell, one by one: what a kill leaves undone the next run does (抽選の実施).

The draw is one transaction: result and seed are there together or not at all. What follows is one
small transaction a person, whose claim carries the application's id as its request key: done twice
it is the same reservation.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.utils.timezone import localtime

from booking import contacts, messages, reservations
from booking.contacts import Contact
from booking.lottery import _refusals as no
from booking.lottery._preparing import buckets
from booking.lottery.drawing import Applicant, Given, Interval, Place, Wish, draw, oversold
from booking.models import Lottery, LotteryApplication, Reservation
from booking.reservations import Asking
from booking.rulebook import rulebook
from notifications import outbox
from privacy import access_log
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from venues.models import Channel

State, Stands = Lottery.State, LotteryApplication.State
A_TIME: Final = 200

# Who is off the list, without a voucher or booked already takes part no more: a place drawn for
# them would go to nobody.
NOT_ADMITTED = """
UPDATE booking_lotteryapplication a SET state = 'not_admitted', changed_at = %(at)s
FROM booking_resident r
WHERE r.id = a.resident_id AND a.lottery_id = %(lottery)s AND a.state = 'applied'
    AND (r.status_flag <> '0'
        OR NOT EXISTS (SELECT 1 FROM booking_voucher v WHERE v.resident_id = r.id AND v.is_live)
        OR EXISTS (SELECT 1 FROM booking_reservation b WHERE b.resident_id = r.id AND b.is_live
            AND b.programme_id = %(programme)s))
"""
WRITING = """
UPDATE booking_lotteryapplication a SET lot = x.lot, wish_met = x.met, bucket_ids = x.places,
    state = CASE WHEN x.met IS NULL THEN 'lost' ELSE 'won' END, changed_at = %(at)s
FROM unnest(%(ids)s::uuid[], %(lots)s::bigint[], %(met)s::int[], %(places)s::jsonb[])
    AS x (id, lot, met, places)
WHERE a.id = x.id
"""


class Overdrawn(AssertionError):
    """More was drawn than there is: nothing of it is written."""


def begin(*, lottery: Lottery, shown: int, by: Staff, at: datetime) -> Lottery:
    """Draw: every application gets its lot, its result and nothing else changes; all or nothing."""
    with municipality_atomic():
        row = Lottery.objects.select_for_update(no_key=True).filter(pk=lottery.pk).first()
        if row is None or row.version != shown or row.state != State.ANNOUNCED:
            raise no.ChangedMeanwhile
        if at < row.closes_at:
            raise no.NotYetClosed
        _run(NOT_ADMITTED, {"lottery": row.pk, "programme": row.programme_id, "at": at})
        row.drawn_from = _inputs(row)
        given = outcome(row)
        if oversold(given, _places(row)):
            raise Overdrawn
        _write(given, at=at)
        row.state, row.drawn_by, row.drawn_at = State.DRAWING, by, at
        row.version += 1
        row.save()
        access_log.record(what="lottery_drawn", count=len(given), by=by, at=at)
    return row


def outcome(lottery: Lottery) -> list[Given]:
    """What the seed gives, from what is kept; worked out anew each time."""
    pair = lottery.drawn_from.get("pair")
    rows = LotteryApplication.objects.filter(
        lottery=lottery, state__in=(Stands.APPLIED, Stands.WON, Stands.LOST)
    )
    return draw(
        seed=str(lottery.seed),
        applicants=[
            Applicant(str(pk), tuple(map(Wish.read, wishes)))
            for pk, wishes in rows.values_list("pk", "wishes")
        ],
        places=_places(lottery),
        pair=Interval(*pair) if pair else None,
    )


def proceed(*, lottery: Lottery, at: datetime, most: int = A_TIME) -> int:
    """Book and tell the next ones in the order of their lots; how many. At the end it is done.

    While the ward has stopped bookings nobody is settled: it goes on when they run again.
    """
    rows = LotteryApplication.objects.filter(
        lottery=lottery, settled_at=None, state__in=(Stands.WON, Stands.LOST)
    )
    found = list(rows.order_by("lot", "pk").values_list("pk", flat=True)[:most])
    settled = 0
    for pk in found:
        try:
            settled += _settle(pk, lottery, at=at)
        except reservations.Stopped:
            return settled
    if not found:
        Lottery.objects.filter(pk=lottery.pk, state=State.DRAWING).update(
            state=State.DONE, ended_at=at
        )
    return settled


def going_on() -> list[Lottery]:
    """Lotteries whose results are being booked and told."""
    return list(Lottery.objects.filter(state=State.DRAWING).order_by("drawn_at"))


def _settle(pk: UUID, lottery: Lottery, *, at: datetime) -> bool:
    with municipality_atomic():
        rows = LotteryApplication.objects.select_for_update(
            no_key=True, skip_locked=True, of=("self",)
        )
        row = rows.select_related("resident").filter(pk=pk, settled_at=None).first()
        if row is None:
            return False  # another process has it, or had it
        if row.state == Stands.WON:
            _book(row, lottery, at=at)
        if row.state == Stands.LOST or row.refused_because:
            _tell(row, at=at)
        row.settled_at = at
        row.save(update_fields=["settled_at", "refused_because"])
    return True


def _book(row: LotteryApplication, lottery: Lottery, *, at: datetime) -> None:
    """Make the winner's reservations by a claim; what it refuses is written down and told."""
    wishes = [reservations.Wish(dose, pk) for dose, pk in enumerate(row.bucket_ids, start=1)]
    asking = Asking(
        channel=Channel.WEB, request_key=row.pk, language=row.language,
        notice_version=row.notice_version,
    )  # fmt: skip
    try:
        with municipality_atomic():
            reservations.claim(
                resident=row.resident, wishes=wishes, asking=asking, contact=_contact(row),
                by=lottery.drawn_by, at=at,
            )  # fmt: skip
    except reservations.Stopped:
        raise
    except reservations.Refused as refusal:
        row.refused_because = type(refusal).__name__


def _tell(row: LotteryApplication, *, at: datetime) -> None:
    person = row.resident
    contacts.set_on(person, _contact(row))  # as given with the wishes; nothing of it is saved
    outbox.enqueue_all([messages.owed_for_draw(row.pk, person, row.language, at=at)])


def _contact(row: LotteryApplication) -> Contact:
    return Contact(phone=row.phone, email=row.email, language=row.language)


def reservations_of(application: LotteryApplication) -> list[Reservation]:
    """What a winner holds of it now; nothing after declining."""
    found = reservations.of_request(request_key=application.pk, resident_id=application.resident_id)
    return [one for one in found if one.is_live]


def _inputs(lottery: Lottery) -> dict[str, Any]:
    """What is drawn from, as it is at this moment; kept for whoever checks it later."""
    rows = buckets(lottery).select_related("slot__opening").order_by("slot__starts_at", "pk")
    found = [
        [one.pk, one.slot.opening.venue_id, localtime(one.slot.starts_at).isoformat(), one.places_left]
        for one in rows
    ]  # fmt: skip
    course = rulebook().course(lottery.vaccine_id, lottery.day_from, lottery.programme_id)
    pair = [course.earliest_days, course.standard_days] if lottery.with_pairs else None
    return {"places": found, "pair": pair}


def _places(lottery: Lottery) -> list[Place]:
    return [
        Place(pk, venue_id, datetime.fromisoformat(starts_at), places)
        for pk, venue_id, starts_at, places in lottery.drawn_from.get("places", [])
    ]


def _write(given: list[Given], *, at: datetime) -> None:
    _run(
        WRITING,
        {
            "ids": [one.name for one in given],
            "lots": [one.lot for one in given],
            "met": [one.wish_met for one in given],
            "places": [f"[{', '.join(map(str, one.bucket_ids))}]" for one in given],
            "at": at,
        },
    )


def _run(statement: str, parameters: dict[str, object]) -> None:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # lists too
