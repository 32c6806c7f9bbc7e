"""Every path that frees a place asks the one listener first, in its own transaction."""

import uuid

import pytest

from booking import reservations
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues import freed, openings, slots
from venues.models import Channel

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def heard(monkeypatch):
    found = []
    monkeypatch.setattr(freed, "_listeners", [])
    freed.register(lambda buckets, at: found.append((buckets, at)))
    return found


@pytest.fixture
def town(served):
    cast.everybody_may_book()
    slot, web, phone = cast.slot(web=4, phone=2)
    signed = {"reason": "試験", "by": cast.staff("ward_officer"), "at": NOW}
    return slot, web, phone, signed


def booked(bucket):
    asking = Asking(channel="web", request_key=uuid.uuid4())
    (made,) = reservations.claim(
        resident=cast.resident(), wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW
    )
    return made


def test_a_cancellation(town, heard):
    _, web, *_ = town
    reservations.cancel(reservation=booked(web), channel="web", by=None, at=NOW)

    assert heard == [([web.pk], NOW)]


def test_a_move_frees_the_old_place(town, heard):
    _, web, *_ = town
    other = cast.slot()[1]
    reservations.move(reservation=booked(web), bucket_id=other.pk, channel="web", by=None, at=NOW)

    assert heard == [([web.pk], NOW)]


def test_more_capacity_and_not_less(town, heard):
    slot, web, phone, signed = town
    slots.resize(wanted={web.pk: 9, phone.pk: 1}, **signed)
    slots.shift(slot=slot, source=Channel.WEB, target=Channel.PHONE, places=1, **signed)

    assert heard == [([web.pk], NOW), ([phone.pk], NOW)]


def test_a_reopened_slot_and_day(town, heard):
    slot, web, phone, signed = town
    slots.close(slot=slot, **signed)
    slots.reopen(slot=slot, **signed)
    openings.close_day(opening=slot.opening, **signed)
    openings.reopen_day(opening=slot.opening, **signed)

    assert heard == [([web.pk, phone.pk], NOW)] * 2
