"""A call from its start to its end, and the operator's state beside it."""

from datetime import timedelta

import pytest

from callcentre import calls, desk_states, leases, notes
from callcentre.models import Call, DeskState, Lease
from callcentre.refusals import AlreadyOnCall, NoSuchCall, NotLive, StillLive
from tests.cast import NOW


def later(seconds):
    return NOW + timedelta(seconds=seconds)


class TestStart:
    def test_puts_the_operator_on_a_call(self, operator):
        call = calls.start(caller_number="+819099990001", by=operator, at=NOW)

        assert calls.open_of(operator) == call
        assert call.is_live
        assert desk_states.now_of(operator).state == "on_call"
        assert Call.objects.get().caller_number == "+819099990001"

    def test_refuses_a_second_call(self, operator, call):
        with pytest.raises(AlreadyOnCall):
            calls.start(by=operator, at=later(5))

        assert Call.objects.count() == 1

    def test_two_operators_have_a_call_each(self, call, other_operator):
        assert calls.start(by=other_operator, at=NOW) != call


class TestWrapUpAndEnd:
    def test_walks_from_live_to_ended(self, operator, call):
        calls.wrap_up(call=call, by=operator, at=later(60))
        notes.write(call=call, reason="how_to", outcome="answered", by=operator, at=later(70))
        ended = calls.end(call=call, by=operator, at=later(80))

        assert (ended.wrap_up_at, ended.ended_at) == (later(60), later(80))
        assert calls.open_of(operator) is None
        assert desk_states.now_of(operator).state == "ready"

    def test_gives_leases_up(self, operator, call, taro, bring):
        leases.take(resident_id=taro.pk, call=call, by=operator, at=NOW)

        calls.wrap_up(call=call, by=operator, at=later(60))

        assert Lease.objects.count() == 0

    def test_may_go_away_instead_of_ready(self, operator, call):
        calls.wrap_up(call=call, by=operator, at=later(60))
        calls.end(call=call, then=DeskState.State.AWAY, by=operator, at=later(80))

        assert desk_states.now_of(operator).state == "away"

    def test_does_not_end_before_wrap_up(self, operator, call):
        with pytest.raises(StillLive):
            calls.end(call=call, by=operator, at=later(1))

    def test_does_not_wrap_up_twice(self, operator, call):
        calls.wrap_up(call=call, by=operator, at=later(60))

        with pytest.raises(NotLive):
            calls.wrap_up(call=call, by=operator, at=later(61))

    def test_is_nobody_elses(self, call, other_operator):
        with pytest.raises(NoSuchCall):
            calls.wrap_up(call=call, by=other_operator, at=later(1))


class TestDeskStates:
    def test_keeps_a_timeline_without_gaps(self, operator):
        for second, state in enumerate(["ready", "away", "away", "ready"]):
            desk_states.enter(state=state, by=operator, at=later(second))

        rows = list(DeskState.objects.order_by("since"))
        assert [row.state for row in rows] == ["ready", "away", "ready"]
        assert [row.until for row in rows] == [later(1), later(3), None]

    def test_leaving_closes_it(self, operator):
        desk_states.enter(state="ready", by=operator, at=NOW)
        desk_states.leave(by=operator, at=later(9))

        assert desk_states.now_of(operator) is None


def test_keeps_the_version_of_the_notice_that_was_read(operator, call):
    assert calls.read_notice(call=call, by=operator).notice_version == 1
