"""One call at a time changes one resident (races: tests/concurrency)."""

from datetime import timedelta

import pytest

from callcentre import calls, leases
from callcentre.models import Lease
from callcentre.refusals import HeldByOther, NotASupervisor
from privacy.models import AccessEntry
from tests.cast import NOW


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def other_call(other_operator):
    return calls.start(by=other_operator, at=NOW)


@pytest.fixture
def hold(taro):
    return lambda call, seconds=0: leases.take(
        resident_id=taro.pk, call=call, by=call.operator, at=later(seconds)
    )


class TestTake:
    def test_is_held_by_one_and_names_the_holder(self, call, other_call, hold, taro):
        hold(call)

        with pytest.raises(HeldByOther) as refused:
            hold(other_call, 10)

        assert refused.value.holder == "電話 一子"
        assert "電話 一子さんが対応中" in str(refused.value.words)
        assert leases.holder_of(taro.pk, at=later(10)).call == call

    def test_again_is_the_same_lease_and_lasts_longer(self, call, hold):
        first, again = hold(call), hold(call, 30)

        assert (again.pk, again.version) == (first.pk, first.version)
        assert again.expires_at == later(30) + leases.LASTS

    def test_runs_out(self, call, other_call, hold, taro):
        hold(call)

        taken = hold(other_call, 91)

        assert taken.version == 2
        assert taken.call == other_call
        with pytest.raises(HeldByOther):
            hold(call, 92)

    def test_a_new_hold_is_a_look_at_the_record(self, call, hold, taro):
        hold(call)
        hold(call, 10)

        assert AccessEntry.objects.get(what="view").resident_id == taro.pk


class TestRenew:
    def test_lasts_on_while_the_console_is_alive(self, call, other_call, hold):
        hold(call)
        assert leases.renew(call=call, at=later(60)) == 1

        with pytest.raises(HeldByOther):
            hold(other_call, 120)

    def test_does_not_revive_what_ran_out(self, call, hold):
        hold(call)

        assert leases.renew(call=call, at=later(91)) == 0


def test_giving_up_frees_at_once(call, other_call, hold, taro):
    hold(call)
    leases.give_up(call=call, resident_id=taro.pk)

    assert hold(other_call).call == other_call


class TestTakeOver:
    def test_a_supervisor_may(self, call, supervisor, hold, taro):
        hold(call)
        own = calls.start(by=supervisor, at=NOW)

        leases.take_over(resident_id=taro.pk, call=own, reason="stuck", by=supervisor, at=later(1))

        with pytest.raises(HeldByOther):
            hold(call, 2)

    def test_an_operator_may_not(self, call, other_call, hold, taro):
        hold(call)

        with pytest.raises(NotASupervisor):
            leases.take_over(
                resident_id=taro.pk,
                call=other_call,
                reason="stuck",
                by=other_call.operator,
                at=later(1),
            )
        assert Lease.objects.get().call == call
