"""Two people who draw the same random number: the second draws again and notices nothing."""

import uuid

import pytest

from booking import reservations
from booking.reservations import Asking, Wish, _claim
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("served")


def claim(bucket):
    asking = Asking(channel="web", request_key=uuid.uuid4())
    (made,) = reservations.claim(resident=cast.resident(), wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW)  # fmt: skip
    return made


def test_a_number_drawn_twice_is_drawn_again(monkeypatch):
    cast.everybody_may_book()
    _, web, _ = cast.slot()
    first = claim(web)
    drawn = iter([first.reservation_number, first.reservation_number, "0615-111111-A"])
    monkeypatch.setattr(_claim, "make", lambda _day: next(drawn))

    second = claim(web)

    assert second.reservation_number == "0615-111111-A"
    web.refresh_from_db()
    assert web.taken == 2
