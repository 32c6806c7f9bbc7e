"""A day that must be closed: people reached in four ways, and places around it."""

from datetime import date, time

import pytest

from booking import transfers
from booking.models import Transfer, TransferLine
from booking.transfers import TransferWish
from tests import cast
from tests.cast import NOW
from venues.models import Venue

CLOSED = date(2026, 6, 15)


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


@pytest.fixture
def town(served):
    """Two venues; the closed day with four people, places the day after and next door."""
    cast.everybody_may_book()
    here, there = cast.venue(), cast.venue()
    slot, web, _ = cast.slot(day=CLOSED, web=10, venue_=here)
    people = [
        cast.resident(phone="+819099990001"),
        cast.resident(phone=None, email="dummy@example.jp"),
        cast.resident(phone="+81399990001"),
        cast.resident(phone=None),
    ]
    booked = [cast.reservation(one, bucket=web) for one in people]
    next_day = cast.slot(day=date(2026, 6, 16), at=time(11, 0), web=3, phone=0, venue_=here)
    next_door = cast.slot(day=CLOSED, at=time(10, 0), web=3, phone=0, venue_=there)
    return Town(slot, web, booked, next_day, next_door, here, there)


class Town:
    def __init__(self, slot, web, booked, next_day, next_door, here: Venue, there: Venue):
        self.slot, self.web, self.booked = slot, web, booked
        self.next_day, self.next_door = next_day, next_door
        self.here, self.there = here, there
        self.opening = slot.opening


@pytest.fixture
def begun(town, officer):
    """Begun, not yet worked on."""
    return begin(town, officer)


@pytest.fixture
def proposed(begun):
    """Every line has its proposal, or the reason why not."""
    transfers.work(transfer_id=begun.pk, at=NOW)
    return Transfer.objects.get(pk=begun.pk)


def begin(town, officer, *, slot=None, **wish):
    return transfers.begin(
        opening=town.opening, slot=slot, wish=TransferWish(**wish), reason="停電のため",
        by=officer, at=NOW,
    )  # fmt: skip


def lines(**asked):
    return list(TransferLine.objects.filter(**asked).order_by("former_slot__starts_at", "pk"))


def line_of(reservation):
    return TransferLine.objects.get(reservation=reservation)
