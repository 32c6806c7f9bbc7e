"""The nightly comparison: a counter that lies is found, by beat and by hand."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from booking import counts, reservations, tasks
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues import slots
from venues.models import Bucket

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def bucket(served):
    cast.everybody_may_book()
    slot, web, _ = cast.slot()
    slots.renew_copies(opening_ids=[slot.opening_id])
    asking = Asking(channel="web", request_key=uuid.uuid4())
    reservations.claim(resident=cast.resident(), wishes=[Wish(1, web.pk)], asking=asking, by=None, at=NOW)  # fmt: skip
    return web


def test_agrees_after_bookings_and_cancellations(bucket, capsys):
    (made,) = reservations.live_of(bucket.reservations.get().resident_id)
    reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

    assert counts.differences() == []
    assert tasks.check_counts(municipality_code="999997") == 0
    call_command("check_counts", municipality="999997")


def test_finds_a_counter_that_lies_and_says_by_how_much(bucket, caplog):
    Bucket.objects.filter(pk=bucket.pk).update(taken=3)

    assert counts.differences() == [counts.Difference(bucket.pk, 3, 1)]
    assert tasks.check_counts(municipality_code="999997") == 1
    assert "taken places differ" in caplog.text


def test_the_command_fails_loudly(bucket, capsys):
    Bucket.objects.filter(pk=bucket.pk).update(taken=0, is_open=False)

    with pytest.raises(CommandError):
        call_command("check_counts", municipality="999997")

    said = capsys.readouterr().out
    assert f"bucket {bucket.pk}: taken 0, live 1" in said
    assert f"bucket {bucket.pk}: is not what slot" in said
