"""An announced lottery over one small slot, people who apply, the officers who run it."""

from datetime import date, datetime, time, timedelta

import pytest

from booking import lottery, rulebook
from booking.contacts import Contact
from booking.lottery.drawing import Wish
from booking.models import Lottery
from tests import cast
from tests.cast import JST, NOW
from venues import programmes
from venues.models import Bucket, PlaceEntry

CLOSES = NOW + timedelta(days=5)
AFTER = CLOSES + timedelta(hours=1)
DAY = date(2026, 6, 15)
ANY = (Wish(),)


def reserved(places=2, day=DAY, at=time(10), **kwargs):
    """A slot whose places stand in the reserve: nobody books them first come, first served."""
    slot, web, _ = cast.slot(day=day, at=at, web=0, phone=0, **kwargs)
    made = Bucket.objects.create(
        slot=slot, channel="reserve", capacity=places, bookable_from=web.bookable_from,
        bookable_until=datetime.combine(day, at, tzinfo=JST),
    )  # fmt: skip
    PlaceEntry.objects.create(bucket=made, what="opened", capacity=places, happened_at=NOW)
    return made


def drafted(by, **changes):
    return lottery.draft(
        lottery=Lottery(
            **{
                "name": "7月の抽選", "programme_id": programmes.first(), "vaccine": cast.vaccine(),
                "day_from": DAY, "day_until": DAY, "opens_at": NOW - timedelta(hours=1),
                "closes_at": CLOSES,
            } | changes
        ), by=by, at=NOW,
    )  # fmt: skip


def announced(first, second, **changes):
    row = drafted(first, **changes)
    return lottery.announce(lottery=row, shown=row.version, by=second, at=NOW)


def applied(row, resident=None, wishes=ANY, contact=None, at=NOW):
    return lottery.apply(
        lottery=row, resident=resident or cast.resident(), wishes=list(wishes),
        contact=contact or Contact(phone="+817099990002"), notice_version=1, at=at,
    )  # fmt: skip


def drawn(row, by, at=AFTER):
    row = lottery.find(row.pk)
    return lottery.begin(lottery=row, shown=row.version, by=by, at=at)


def settled(row, at=AFTER):
    while lottery.proceed(lottery=row, at=at):
        pass
    return lottery.find(row.pk)


@pytest.fixture
def officers(served):
    return cast.staff("ward_officer"), cast.staff("ward_officer")


@pytest.fixture
def bucket(served):
    cast.everybody_may_book()
    rulebook.forget_kept()
    return reserved()


@pytest.fixture
def running(bucket, officers):
    return announced(*officers)
