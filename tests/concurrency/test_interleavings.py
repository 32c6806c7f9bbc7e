"""R04 in a small: two verbs meet at statements of the first; nothing is torn, nobody waits for ever."""

from random import Random

import psycopg
import pytest
from django.utils import timezone

from booking.reservations import _claim
from drills.interleavings import defects, meetings
from drills.interleavings.corner import Stock
from drills.interleavings.meetings import Meeting
from tenancy.current import serving

pytestmark = pytest.mark.concurrency
SEED, MEETINGS, DEEPEST = 20261124, 80, 14


@pytest.fixture
def watcher(live_municipalities):
    with psycopg.connect(live_municipalities.superuser_url, autocommit=True) as line:
        yield line


@pytest.fixture
def stock(live_municipalities):
    with serving(live_municipalities.mihon), meetings.everything_heard():
        yield Stock.of(timezone.now())


def test_some_meetings_tear_nothing(stock, watcher):
    """`make drill` plays every pair of verbs at every statement."""
    dice, stopped, faults = Random(SEED), 0, []
    for meeting in dice.sample(meetings.all_meetings(), MEETINGS):
        stop = dice.randint(1, DEEPEST)
        played = meetings.play(stock, meeting, stop=stop, watcher=watcher)
        if played is not None:
            stopped += played.has_stopped
            faults += [f"{meeting} at {stop}: {words}" for words in played.faults]

    assert faults == []
    assert stopped > MEETINGS // 3


class TestConfirmingWhileThePageStillHolds:
    """The same person in two windows: one comes to the confirm page, the other presses there."""

    def outcomes(self, stock, watcher, second):
        meeting = Meeting("hold", second, is_same=True)
        found = meetings.every_stop(stock, meeting, watcher)
        return [(one.told[0][1], one.faults) for _, one in found]

    @pytest.mark.parametrize("second", ["book", "pair"])
    def test_books(self, stock, watcher, second):
        outcomes = self.outcomes(stock, watcher, second)

        assert len(outcomes) > 8
        assert all(one == ("granted", []) for one in outcomes), outcomes

    def test_would_be_a_fault_without_a_second_try(self, stock, watcher, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_claim, "TRIES", 1)

        assert any(faults for _, faults in self.outcomes(stock, watcher, "pair"))


@pytest.mark.parametrize("name", list(defects.DEFECTS))
def test_the_race_is_real_without_the_lock(stock, watcher, name):
    """If this ever fails, the test above proves nothing."""
    meeting = Meeting(*defects.DEFECTS[name][0])
    usual = [one.told for one in meetings.in_turn(stock, meeting, watcher)]

    with defects.at_work(name):
        found = meetings.every_stop(stock, meeting, watcher)
        assert any(one.faults or one.told not in usual for _, one in found)
