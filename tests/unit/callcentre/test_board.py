"""The floor now: computed from raw times, nobody who calls is named."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from callcentre import board, calls, claims, desk_states, identity_checks, notes
from callcentre.identity import Item
from tenancy import live
from tenancy.models import Topic
from tests import cast
from tests.cast import NOW
from tests.serving import desk


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def place(served):
    cast.everybody_may_book()
    return cast.slot()[0]


def take_and_end(operator, *, seconds, outcome="answered"):
    call = calls.start(by=operator, at=NOW)
    calls.wrap_up(call=call, by=operator, at=later(seconds - 10))
    notes.write(call=call, reason="how_to", outcome=outcome, by=operator, at=later(seconds - 5))
    return calls.end(call=call, by=operator, at=later(seconds))


class TestPicture:
    def test_counts_calls_from_their_raw_times(self, operator, other_operator):
        take_and_end(operator, seconds=100)
        take_and_end(operator, seconds=200, outcome="ward")
        calls.start(direction="outbound", by=other_operator, at=NOW)

        found = board.picture(at=later(300))

        assert found.calls == board.Calls(
            live=1, wrap_up=0, handled=2, inbound=2, outbound=1, handling_seconds=150
        )
        assert found.outcomes == {"answered": 1, "ward": 1}

    def test_seats_say_who_does_what_since_when(self, operator, other_operator):
        desk_states.enter(state="ready", by=operator, at=NOW)
        calls.start(by=other_operator, at=later(5))

        seats = {one.name: one for one in board.picture(at=later(9)).seats}

        assert seats["電話 一子"].state == "ready"
        assert (seats["電話 二郎"].state, seats["電話 二郎"].direction) == ("on_call", "inbound")

    def test_a_state_left_open_yesterday_is_nobodys(self, operator):
        desk_states.enter(state="ready", by=operator, at=NOW - timedelta(days=1))

        assert board.picture(at=NOW).seats == ()

    def test_counts_what_was_done_by_telephone_and_what_is_left(
        self, call, taro, bring, operator, place
    ):
        calls.read_notice(call=call, by=operator)
        party = bring(call, taro)
        claims.claim_for(
            party=party, wishes={1: place.pk}, request_key=party.pk, by=operator, at=NOW
        )

        live.announce(at=NOW)
        found = board.picture(at=NOW)

        assert found.done == {"claimed": 1}
        assert [(one.phone, one.web) for one in found.places] == [(1, 4)]

    def test_names_checks_that_wait_for_a_supervisor(self, call, taro, bring, operator):
        party = bring(call, taro, passed=False)
        for _ in range(3):
            identity_checks.answer(party=party, answers={Item.NAME: "だれか"}, by=operator, at=NOW)

        (waiting,) = board.picture(at=NOW).escalated

        assert (waiting.party_id, waiting.operator) == (str(party.pk), "電話 一子")
        assert board.waiting_party(party.pk) == party


class TestAnnounce:
    def test_rises_only_when_something_changed(self, operator):
        live.announce(at=NOW)
        live.announce(at=later(60))
        assert Topic.objects.get(name="board").seq == 1

        desk_states.enter(state="ready", by=operator, at=NOW)
        live.announce(at=later(61))

        assert Topic.objects.get(name="board").seq == 2

    def test_names_nobody_who_calls(self, call, taro, bring):
        bring(call, taro)
        live.announce(at=NOW)

        text = json.dumps(Topic.objects.get(name="board").body, ensure_ascii=False)

        for secret in ("太郎", "9990123456", "9990001", "1950", str(taro.pk)):
            assert secret not in text

    def test_is_among_the_announcers(self, served):
        assert list(settings.WAKU_ANNOUNCERS) == ["places", "board"]


class TestPages:
    def test_shows_the_floor(self, supervisor, operator, place):
        desk_states.enter(state="ready", by=operator, at=cast.now())

        page = desk(supervisor).get("/console/board/").content.decode()

        assert "電話 一子" in page
        assert "受付可" in page
        assert "<html" not in desk(supervisor).get("/console/board/now/").content.decode()

    def test_a_supervisor_approves(self, supervisor, call, taro, bring, operator):
        party = bring(call, taro, passed=False)
        for _ in range(3):
            identity_checks.answer(party=party, answers={Item.NAME: "だれか"}, by=operator, at=NOW)
        theirs = desk(supervisor)
        page = theirs.get(f"/console/board/checks/{party.pk}/").content.decode()
        assert "電話 一子さんの通話" in page
        assert "太郎" not in page

        path = f"/console/parties/{party.pk}/approve/"
        assert "承認の理由" in theirs.post(path, {}, follow=True).content.decode()
        theirs.post(path, {"reason": "called_back"})

        party.refresh_from_db()
        assert party.has_passed
        assert theirs.get(f"/console/board/checks/{party.pk}/").status_code == 302

    @pytest.mark.parametrize(
        ("role", "status"), [("operator", 403), ("ward_officer", 200), ("auditor", 403)]
    )
    def test_is_for_those_who_may_see_it(self, served, role, status):
        assert desk(cast.staff(role)).get("/console/board/").status_code == status

    def test_a_ward_officer_approves_nothing(self, served, call, taro, bring):
        party = bring(call, taro, passed=False)
        officer = desk(cast.staff("ward_officer"))

        assert officer.post(f"/console/parties/{party.pk}/approve/").status_code == 403
