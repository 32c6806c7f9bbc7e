"""A closed day's people against everybody else: no place twice, nobody told twice, killed or not."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate

from booking import invariants, reservations, transfers
from booking.models import Reservation, Transfer, TransferLine
from booking.reservations import Asking, Wish
from booking.transfers import TransferWish, _proposing, _sending
from notifications.models import Message
from tenancy.current import serving
from tests import cast
from tests.concurrency.test_claim import all_at_once
from venues import ledger
from venues.models import Bucket, Hold

pytestmark = pytest.mark.concurrency
BOOKED, ELSEWHERE, RIVALS = 12, 12, 8


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        yield live_municipalities.mihon


@pytest.fixture
def closed(town):
    """A day with twelve people, closed now; twelve places the day after."""
    here, day = cast.venue(), localdate() + timedelta(days=14)
    slot, web, _ = cast.slot(day=day, web=BOOKED, phone=0, venue_=here)
    for _ in range(BOOKED):
        cast.reservation(cast.resident(), bucket=web, at=cast.now())
    for hour in (10, 11, 12):
        cast.slot(
            day=day + timedelta(days=1), at=clock(hour), web=ELSEWHERE // 3, phone=0, venue_=here
        )
    return transfers.begin(
        opening=slot.opening, wish=TransferWish(), reason="停電のため",
        by=cast.staff("ward_officer"), at=cast.now(),
    )  # fmt: skip


def working(transfer):
    return lambda: transfers.work(transfer_id=transfer.pk, at=cast.now())


def booking_elsewhere(opening_id):
    """A resident who takes the first place that is left anywhere else."""
    person = cast.resident()

    def book():
        for bucket in Bucket.objects.exclude(slot__opening_id=opening_id).order_by("pk"):
            try:
                reservations.claim(
                    resident=person, wishes=[Wish(1, bucket.pk)],
                    asking=Asking(channel="web", request_key=uuid.uuid4()), by=None,
                    at=cast.now(),
                )  # fmt: skip
            except reservations.SlotFull:
                continue
            return
        raise reservations.SlotFull

    return book


def send(transfer):
    row = Transfer.objects.get(pk=transfer.pk)
    transfers.send(transfer=row, shown=row.version, by=row.made_by, at=cast.now())


def states():
    return Counter(TransferLine.objects.values_list("state", flat=True))


def everything_adds_up():
    assert invariants.broken() == []
    assert ledger.differences() == []
    held = Counter(Hold.objects.filter(bucket__isnull=False).values_list("bucket_id", flat=True))
    assert {one.pk: one.held for one in Bucket.objects.all() if one.held} == held


class TestAgainstResidents:
    def test_each_place_is_somebody_s_once_and_every_proposal_exists_when_sent(self, closed):
        """Two workers look for places while eight residents book the same ones."""
        rivals = [booking_elsewhere(closed.opening_id) for _ in range(RIVALS)]

        outcome = all_at_once([working(closed), working(closed), *rivals])

        working(closed)()  # whatever the two left to each other
        found = states()
        booked = outcome["granted"] - 2
        assert found["proposed"] + booked == ELSEWHERE
        assert found["proposed"] + found["no_place"] == BOOKED
        everything_adds_up()

        send(closed)
        all_at_once([working(closed), working(closed)])
        working(closed)()

        assert states() == {"moved": found["proposed"], "to_call": found["no_place"]}
        assert Message.objects.filter(kind="transferred").count() == found["proposed"]
        everything_adds_up()

    def test_the_race_is_real_without_the_holds(self, closed, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_proposing, "hold", lambda *_args, **_kwargs: True)
        rivals = [booking_elsewhere(closed.opening_id) for _ in range(RIVALS)]
        working(closed)()

        all_at_once(rivals)

        promised = states()["proposed"]
        free = sum(one.places_left for one in Bucket.objects.filter(is_open=True))
        assert promised > free  # people were promised places that are gone

    def test_whoever_cancels_while_it_is_sent_is_moved_or_cancelled_never_both(self, closed):
        working(closed)()
        send(closed)
        leaving = list(Reservation.objects.filter(is_live=True).order_by("pk")[:4])

        all_at_once([working(closed), *(_cancelling(one) for one in leaving)])
        working(closed)()

        for one in leaving:
            state = TransferLine.objects.get(reservation=one).state
            one.refresh_from_db()
            assert (state, one.is_live) in {("moved", True), ("changed", False)}
        everything_adds_up()

    @pytest.mark.parametrize("is_left_out", [False, True])
    def test_whoever_cancels_just_after_the_look_is_not_telephoned(
        self, closed, monkeypatch, is_left_out
    ):
        gone = _cancelled_after_the_look(closed, monkeypatch, is_left_out=is_left_out)

        assert TransferLine.objects.get(reservation=gone).state == "changed"
        assert not Message.objects.filter(reference=gone.pk, state="needs_call").exists()
        everything_adds_up()

    @pytest.mark.parametrize("is_left_out", [False, True])
    def test_they_would_be_without_the_second_look(self, closed, monkeypatch, is_left_out):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_sending, "_standing_for_good", lambda _line: None)

        gone = _cancelled_after_the_look(closed, monkeypatch, is_left_out=is_left_out)

        assert TransferLine.objects.get(reservation=gone).state == "to_call"

    def test_undo_against_the_worker_leaves_nothing_held(self, closed):
        def undo():
            transfers.undo(transfer=closed, reason="復旧した", by=closed.made_by, at=cast.now())

        all_at_once([working(closed), undo, working(closed)])
        working(closed)()

        assert Transfer.objects.get().state == "undone"
        assert not Bucket.objects.filter(held__gt=0).exists()
        assert not Bucket.objects.filter(is_open=False).exists()
        everything_adds_up()


class TestAKilledWorker:
    def test_is_followed_by_one_that_tells_nobody_twice(self, closed, town):
        working(closed)()
        send(closed)
        _kill_at_work(town.code, closed.pk)
        assert 0 < states()["moved"] < BOOKED

        _until_sent(closed)

        assert states() == {"moved": BOOKED}
        told = Message.objects.filter(kind="transferred").values_list("reference", flat=True)
        assert Counter(Counter(told).values()) == {1: BOOKED}
        everything_adds_up()


def _until_sent(transfer):
    """The database may need a moment to notice that the killed one is gone."""
    deadline = time.monotonic() + 60
    while Transfer.objects.get(pk=transfer.pk).state != "sent":
        assert time.monotonic() < deadline
        working(transfer)()


def _cancelled_after_the_look(closed, monkeypatch, *, is_left_out):
    """Somebody whose cancellation is committed between the worker's look and what it does."""
    working(closed)()
    line = TransferLine.objects.order_by("pk").first()
    if is_left_out:
        transfers.leave_out(line_id=line.pk, by=closed.made_by, at=cast.now())
    gone, looked = Reservation.objects.get(pk=line.reservation_id), []
    send(closed)
    look = _sending.standing_of

    def stopped(found):
        state = look(found)
        if found.pk == line.pk and not looked:
            looked.append(state)
            assert all_at_once([_cancelling(gone)]) == {"granted": 1}
        return state

    monkeypatch.setattr(_sending, "standing_of", stopped)
    working(closed)()
    assert looked == [None]
    return gone


def _cancelling(one):
    return lambda: reservations.cancel(reservation=one, channel="web", by=None, at=cast.now())


SLOW = """
import sys, time, uuid
import django
django.setup()
from django.utils import timezone
from booking.transfers import _sending, work
from tenancy import municipalities
from tenancy.current import serving
settle = _sending._settle
def slowly(*args, **kwargs):
    settle(*args, **kwargs)
    time.sleep(0.2)  # killed with a transaction open, as often as not
_sending._settle = slowly
with serving(municipalities.find(code=sys.argv[1])):
    work(transfer_id=uuid.UUID(sys.argv[2]), at=timezone.now())
"""


def _kill_at_work(code, transfer_id):
    """A worker in a process of its own, killed without a word once it has moved somebody."""
    started = subprocess.Popen(
        [sys.executable, "-c", SLOW, code, str(transfer_id)],
        cwd=Path(__file__).parents[2], env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"},
        start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while states()["moved"] < 3:
            assert time.monotonic() < deadline
            assert started.poll() is None
            time.sleep(0.02)
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
