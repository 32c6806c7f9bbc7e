"""A full slot, people who wait, and the listener that the house registers."""

import uuid
from datetime import date, time

import pytest

from booking import reservations, waiting_list
from booking.contacts import Contact
from booking.reservations import Asking, Wish
from booking.waiting_list import WaitingWish
from tests import cast
from tests.cast import NOW

PHONE, HOUSE_PHONE = "+817099990002", "+81312345678"


def booked(bucket, resident=None, dose=1, at=NOW):
    asking = Asking(channel="web", request_key=uuid.uuid4())
    (made,) = reservations.claim(
        resident=resident or cast.resident(), wishes=[Wish(dose, bucket.pk)], asking=asking,
        by=None, at=at,
    )  # fmt: skip
    return made


def cancelled(reservation, at=NOW):
    reservations.cancel(reservation=reservation, channel="web", by=None, at=at)


def wish(**changes):
    return WaitingWish(
        **{
            "dose_number": 1, "venue_ids": (), "first_day": date(2026, 6, 1),
            "last_day": date(2026, 7, 31), "notice_hours": 2, "reach": "written",
        } | changes
    )  # fmt: skip


def joined(resident=None, *, contact=None, at=NOW, **changes):
    row = resident or cast.resident()
    return waiting_list.join(
        resident_id=row.pk, wish=wish(**changes), contact=contact or Contact(phone=PHONE),
        by=None, at=at,
    )  # fmt: skip


@pytest.fixture
def full(served):
    """A slot two weeks away whose one place is taken; (slot, bucket, reservation)."""
    cast.everybody_may_book()
    slot, web, _ = cast.slot(day=date(2026, 6, 15), at=time(10), web=1, phone=0)
    return slot, web, booked(web)
