"""The twins of the promises about people: one guard is taken away, and the harm is seen.

Each stands beside a test that sees the same thing refused: fresh factor, lengths of sessions,
one window, a lease taken over, the pledge, resets, the register, what was laid by.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from callcentre import calls, consoles, leases
from callcentre.models import Call
from privacy import laid_by
from tenancy import accounts, handlers, pledges, second_factor, sessions
from tenancy.models import Handler, Staff
from tenancy.session_lengths import Length
from tests import cast
from tests.cast import NOW
from tests.serving import desk

NEW = {
    "login_name": "hanako.m", "display_name": "見本　花子", "organisation": "見本市コールセンター",
    "role": "operator", "organisation_kind": "contractor", "position": "handler",
    "from_on": "2026-04-01", "trained_until": "2999-03-31",
}  # fmt: skip


def after(**passed):
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


class TestAFreshFactor:
    """With the guard: privacy/test_step_up.py, house/test_policies.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_an_old_one_would_make_an_account(self, served, monkeypatch, is_guarded):
        keeper = desk(cast.staff("contractor"))
        if not is_guarded:
            monkeypatch.setattr(second_factor, "is_fresh", lambda *_, **__: True)
        with after(minutes=20):
            keeper.post("/staff/new/", NEW)

        assert accounts.everybody().filter(login_name="hanako.m").exists() != is_guarded


class TestLengths:
    """With the guard: tenancy/test_sessions.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    @pytest.mark.parametrize("passed", [{"minutes": 31}, {"hours": 11}])
    def test_a_screen_that_was_left_would_stay_open(self, operator, monkeypatch, passed, is_guarded):  # fmt: skip
        client = desk(operator)
        if not is_guarded:
            monkeypatch.setattr(sessions, "is_alive", lambda *_, **__: True)
        with after(**passed):
            assert (client.get("/").status_code == 200) != is_guarded

    def test_the_longest_time_is_a_guard_of_its_own(self, served, monkeypatch):
        """Whoever never pauses would stay for ever if only idleness ended a session."""
        opened = NOW.timestamp()
        at = NOW + timedelta(hours=12, seconds=1)
        session = {sessions.OPENED: opened, sessions.SEEN: at.timestamp() - 60}
        assert not sessions.is_alive(session, at=at)

        monkeypatch.setattr(
            Length, "ends_at", lambda self, *, opened, seen: seen + self.idle.total_seconds()
        )
        assert sessions.is_alive(session, at=at)


class TestOneWindow:
    """With the guard: callcentre/test_consoles.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_the_second_would_end_the_first_one_s_call(self, operator, monkeypatch, is_guarded):
        first, second = desk(operator), desk(operator)
        first.post("/console/calls/start/")
        if not is_guarded:
            monkeypatch.setattr(consoles, "sit", lambda **_: True)
        second.post("/console/calls/wrap-up/")

        assert (Call.objects.get().state == "live") == is_guarded


class TestATakeOver:
    """With the guard: callcentre/test_leases.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_without_asking_for_the_lease_two_would_write_for_one_person(
        self, call, supervisor, taro, monkeypatch, is_guarded
    ):
        leases.take(resident_id=taro.pk, call=call, by=call.operator, at=NOW)
        own = calls.start(by=supervisor, at=NOW)
        leases.take_over(resident_id=taro.pk, call=own, reason="stuck", by=supervisor, at=NOW)
        if not is_guarded:
            monkeypatch.setattr(leases, "take", lambda **_: None)
        said, later = [], NOW + timedelta(seconds=1)

        for one in (own, call):  # who took over writes, and then the former holder
            with suppress(leases.HeldByOther):
                leases.require(resident_id=taro.pk, call=one, by=one.operator, at=later)
                said.append(one.operator)

        assert said == ([supervisor] if is_guarded else [supervisor, call.operator])
        assert leases.holder_of(taro.pk, at=later).holder == supervisor


class TestThePledge:
    """With the guard: tenancy/test_pledges.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_a_newcomer_would_work_without_it(self, served, monkeypatch, is_guarded):
        client = desk(cast.staff("ward_officer", has_pledged=False))
        key = client.session.session_key
        if not is_guarded:
            for asked in (pledges, sessions):
                monkeypatch.setattr(asked, "has_pledged", lambda *_: True)

        assert (client.get("/settings/").status_code == 200) != is_guarded
        assert (sessions.find(key, at=timezone.now()) is not None) != is_guarded


class TestAReset:
    """With the guard: tenancy/test_accounts.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_one_person_would_forget_a_factor_alone(self, operator, monkeypatch, is_guarded):
        keeper = cast.staff("contractor")
        told = {"reason": "紛失", "by": keeper, "at": NOW}
        reset = accounts.ask_reset(staff=operator, **told)
        forgotten = []
        monkeypatch.setattr(accounts.second_factor, "forget", forgotten.append)
        if not is_guarded:
            monkeypatch.setattr(accounts, "_answer", lambda reset, **_: reset)

        with suppress(accounts.Refused):
            accounts.grant_reset(reset=reset, by=keeper, at=NOW)

        assert bool(forgotten) != is_guarded

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_whoever_is_signed_in_would_stay_in(self, operator, monkeypatch, is_guarded):
        """A reset ends the sessions of the account: a thief's too."""
        client = desk(operator)
        told = {"reason": "紛失", "at": NOW}
        reset = accounts.ask_reset(staff=operator, by=cast.staff("contractor"), **told)
        if not is_guarded:
            monkeypatch.setattr(accounts, "_lose_rights", lambda staff, **_: staff)
        accounts.grant_reset(reset=reset, by=cast.staff("contractor"), at=NOW)
        key = client.session.session_key

        assert bool(sessions.living([key], at=timezone.now())) != is_guarded


class TestTheRegister:
    """With the guard: tenancy/test_handlers.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_somebody_struck_off_would_work_on(self, operator, monkeypatch, is_guarded):
        client = desk(operator)
        key = client.session.session_key
        Handler.objects.filter(staff=operator).update(struck_off_at=timezone.now())
        if not is_guarded:
            monkeypatch.setattr(Staff, "gap", lambda *_, **__: None)

        assert (client.get("/").status_code == 200) != is_guarded
        assert bool(sessions.living([key], at=timezone.now())) != is_guarded

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_sockets_hear_of_it_by_the_epoch(self, operator, monkeypatch, is_guarded):
        keeper = cast.staff("contractor")
        if not is_guarded:
            monkeypatch.setattr(handlers, "_end_sessions", lambda *_, **__: None)
        handlers.strike_off(
            handler=Handler.objects.get(staff=operator), reason="退職", by=keeper, at=timezone.now()
        )

        assert (Staff.objects.get(pk=operator.pk).auth_epoch > operator.auth_epoch) == is_guarded


class TestWhatIsSentTooLate:
    """With the guard: privacy/test_sent_too_late.py."""

    @pytest.mark.parametrize("is_guarded", [True, False])
    def test_a_note_would_be_lost(self, operator, monkeypatch, is_guarded):
        client = desk(operator)
        if not is_guarded:
            monkeypatch.setattr(laid_by, "lay_by", lambda *_, **__: False)
        with after(minutes=31):
            client.post("/console/calls/end/", "text=note", content_type=laid_by.FORM)

        assert (laid_by.KEY in client.session) == is_guarded
