"""The verbs that meet: how somebody comes to be about to do it, and doing it."""

from collections.abc import Callable
from typing import NamedTuple

from booking import enrolments, holds, releases, reservations, waiting_list
from booking.enrolments import Enrolment, Particulars, What
from booking.models import Voucher
from drills.interleavings.corner import SAID, Corner
from tenancy.current import current, municipality_atomic
from venues import refusals, release_rules, slots
from venues.models import Bucket, Slot

REFUSED = (
    reservations.Refused, refusals.Refused, waiting_list.WaitingRefused, releases.ReleaseRefused,
)  # fmt: skip
type Act = Callable[[], object]


class Side(NamedTuple):
    """Who does it: a part, the rival's part, and whether as the first of the two."""

    role: str
    rival: str
    is_first: bool


def book(corner: Corner, side: Side) -> Act:
    """Book the last place."""
    corner.person(side.role)
    return lambda: corner.claims(side.role, {1: "X"})


def pair(corner: Corner, side: Side) -> Act:
    """Book it together with a second dose."""
    corner.person(side.role)
    return lambda: corner.claims(side.role, {1: "X", 2: "Z"})


def move(corner: Corner, side: Side) -> Act:
    """Change to the last place, or from there to another."""
    here, there = ("Y", "X") if side.is_first else ("X", "Y")
    made = corner.booked(side.role, here)
    return lambda: reservations.move(
        reservation=made, bucket_id=corner.buckets[there].pk, channel="web", by=None, at=corner.at
    )


def cancel(corner: Corner, side: Side) -> Act:
    """Give a place back."""
    made = corner.booked(side.role, "X")
    return lambda: reservations.cancel(reservation=made, channel="web", by=None, at=corner.at)


def hold(corner: Corner, side: Side) -> Act:
    """Come to the confirm page, the first with both doses."""
    corner.person(side.role)
    return lambda: corner.holds(side.role, {1: "X", 2: "Z"} if side.is_first else {1: "X"})


def extend(corner: Corner, side: Side) -> Act:
    """Ask for more time."""
    who = corner.person(side.role)
    corner.holds(side.role, {1: "X"})
    return lambda: holds.extend(resident_id=who.pk, at=corner.at)


def answer(corner: Corner, side: Side) -> Act:
    """Say yes to an offer."""
    offer = corner.offered(side.role)
    return lambda: waiting_list.take(offer_id=offer.pk, by=None, at=corner.at)


def decline(corner: Corner, side: Side) -> Act:
    """Say no to it."""
    offer = corner.offered(side.role)
    return lambda: waiting_list.decline(offer_id=offer.pk, by=None, at=corner.at)


def resize(corner: Corner, side: Side) -> Act:
    """Take the last place away."""
    del side
    pk = corner.buckets["X"].pk

    def act() -> object:
        fewer = Bucket.objects.get(pk=pk).capacity - 1
        return slots.resize(
            wanted={pk: fewer}, by=corner.stock.officer, at=corner.at, reason="訓練"
        )

    return act


def close(corner: Corner, side: Side) -> Act:
    """Close the slot."""
    del side
    slot = Slot.objects.get(pk=corner.buckets["X"].slot_id)
    return lambda: slots.close(slot=slot, by=corner.stock.officer, at=corner.at, **SAID)


def release(corner: Corner, side: Side) -> Act:
    """Free telephone places go to the web."""
    del side
    corner.rule()
    return lambda: release_rules.follow_due(at=corner.at)


def flag(corner: Corner, side: Side) -> Act:
    """A target list says that the rival has moved away."""
    who = corner.person(side.rival)
    voucher = Voucher.objects.get(resident=who)
    number = corner.people[side.rival].voucher_number
    key = enrolments.Keys().key(issuer_code=current().code, voucher_number=number)
    said = Particulars("見本　太郎", "1950-04-01", "1", "199-9999", "見本市", "1", "1")
    row = Enrolment(What.CHANGED, who.pk.bytes, voucher.pk.bytes, key, current().code, number, said)

    def act() -> object:
        with municipality_atomic():
            return enrolments.enrol(
                rows=[row], base_date=corner.at.date(), is_dummy=True, at=corner.at
            )

    return act


def sweep(corner: Corner, side: Side) -> Act:
    """The minute's tasks."""
    del side
    return lambda: (holds.sweep(at=corner.at), waiting_list.sweep(at=corner.at))


VERBS: dict[str, Callable[[Corner, Side], Act]] = {
    one.__name__: one
    for one in (
        book, pair, move, cancel, hold, extend, answer, decline, resize, close, release, flag, sweep,
    )
}  # fmt: skip
