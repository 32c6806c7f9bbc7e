"""An operator books a vaccination and a check-up for the same caller."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from booking import rulebook
from booking.models import Reservation, WaitingListEntry
from callcentre.models import CallParty
from tests import cast
from tests.serving import desk
from tests.unit.callcentre.views.test_desk import BIRTH, find, places, post, start, text
from venues import availability, programmes

__all__ = ["places"]


@pytest.fixture
def console(operator):
    return desk(operator)


@pytest.fixture
def check_up(places):
    row = cast.programme("見本検診", kind="check_up")
    vaccine = cast.vaccine("検診")
    cast.course(vaccine, row, doses=1)
    day = timezone.localdate() + timedelta(days=5)
    row.slot, *_ = cast.slot(
        day=day, programme_=row, vaccine_=vaccine, bookable_from=timezone.now()
    )
    rulebook.forget_kept()
    availability.forget_kept()
    return row


@pytest.fixture
def known(console, taro, check_up):
    start(console)
    find(console, number="9990123456", **BIRTH)
    return CallParty.objects.get()


def claim(console, known, page, **slots):
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    return text(post(console, f"parties/{known.pk}/claim/", request_key=key, **slots))


def test_both_for_one_caller(console, known, places, check_up):
    first, second = places
    page = text(console.get(f"/console/?party={known.pk}"))
    assert "見本検診" in page  # one press away
    ask = f"/console/?party={known.pk}&do=book"
    page = text(console.get(f"{ask}&s1={first.pk}&s2={second.pk}"))
    claim(console, known, page, s1=first.pk, s2=second.pk)

    page = text(console.get(ask))  # what is open is the other programme
    assert f'data-slot="{check_up.slot.pk}"' in page
    page = text(console.get(f"{ask}&p={check_up.pk}&s1={check_up.slot.pk}"))
    page = claim(console, known, page, s1=check_up.slot.pk, p=check_up.pk)

    made = Reservation.objects.order_by("programme_id", "dose_number")
    assert list(made.values_list("programme_id", "dose_number")) == [
        (programmes.first(), 1), (programmes.first(), 2), (check_up.pk, 1),
    ]  # fmt: skip
    assert "見本検診" in page


def test_each_picker_shows_its_own_places(console, known, places, check_up):
    ask = f"/console/?party={known.pk}&do=book"
    ours, theirs = (text(console.get(f"{ask}&p={pk}")) for pk in (programmes.first(), check_up.pk))

    assert f'data-slot="{places[0].pk}"' in ours
    assert f'data-slot="{check_up.slot.pk}"' not in ours
    assert f'data-slot="{check_up.slot.pk}"' in theirs
    assert f'data-slot="{places[0].pk}"' not in theirs


@pytest.mark.parametrize("nonsense", ["0", "-1", "x", "9" * 40, "999999"])
def test_an_unknown_programme_is_the_first_that_is_open(console, known, nonsense):
    page = console.get(f"/console/?party={known.pk}&do=book&p={nonsense}")

    assert page.status_code == 200
    assert "1回目の枠" in text(page)


def test_waits_in_the_one_that_is_meant(console, known, check_up):
    today = timezone.localdate()
    post(
        console, f"parties/{known.pk}/waiting/", p=check_up.pk, dose_number="1", notice_hours="24",
        reach="call", first_day=today.isoformat(), phone="070-9999-0002",
        last_day=(today + timedelta(days=30)).isoformat(),
    )  # fmt: skip

    found = WaitingListEntry.objects.all()
    assert [one.programme_id for one in found] == [check_up.pk]
