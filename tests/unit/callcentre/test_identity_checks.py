"""The identity check as a state machine on the call."""

from datetime import date, timedelta

import pytest

from callcentre import calls, identity_checks, parties
from callcentre.identity import Item
from callcentre.models import CallParty
from callcentre.parties import Clues
from callcentre.refusals import CheckEscalated, NoSuchCall, NotASupervisor, NothingAnswered
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW

WRONG = {Item.NAME: "見本花子"}


@pytest.fixture
def party(call, taro, bring):
    return bring(call, taro, passed=False)


@pytest.fixture
def ask(party, operator):
    def answer(answers, who=None):
        return identity_checks.answer(party=who or party, answers=answers, by=operator, at=NOW)

    return answer


class TestAnswer:
    def test_passes_with_three_right_answers(self, ask):
        party, wrong = ask(
            {Item.NAME: "見本太郎", Item.BORN_ON: date(1950, 4, 1), Item.PHONE: "09099990001"}
        )

        assert party.has_passed
        assert wrong == frozenset()
        assert AccessEntry.objects.filter(what="identity_passed", call_id=party.call_id).exists()

    def test_right_answers_stay_right(self, ask):
        ask({Item.NAME: "見本太郎", Item.PHONE: "1"})
        party, _ = ask({Item.BORN_ON: date(1950, 4, 1), Item.VOUCHER: "9990123456"})

        assert party.has_passed
        assert party.tries == 1

    def test_keeps_names_of_items_and_no_answer(self, ask):
        party, _ = ask({Item.NAME: "見本太郎"})

        assert party.right_items == ["name"]

    def test_escalates_after_three_wrong_tries(self, ask):
        for _ in range(3):
            party, wrong = ask(WRONG)

        assert wrong == {Item.NAME}
        assert party.identity == "escalated"
        with pytest.raises(CheckEscalated):
            ask({Item.NAME: "見本太郎"})

    def test_counts_tries_over_the_whole_call(self, ask, call, bring):
        hanako = bring(call, cast.resident(name="見本　花子"), passed=False)
        ask(WRONG)
        ask(WRONG)

        party, _ = ask({Item.NAME: "ちがう"}, who=hanako)

        assert party.identity == "escalated"

    def test_a_new_call_gives_no_new_tries(self, ask, taro, bring, operator, other_operator):
        for _ in range(3):
            ask(WRONG)
        again = calls.start(by=other_operator, at=NOW + timedelta(hours=1))

        party = bring(again, taro, passed=False, by=other_operator)

        assert party.identity == "escalated"

    def test_a_call_back_to_the_number_on_record_does(self, ask, taro, bring, other_operator):
        for _ in range(3):
            ask(WRONG)
        again = calls.start(direction="outbound", by=other_operator, at=NOW + timedelta(hours=1))

        assert bring(again, taro, passed=False, by=other_operator).identity == "asking"

    def test_refuses_nothing(self, ask):
        with pytest.raises(NothingAnswered):
            ask({Item.NAME: ""})

    def test_is_the_operators_own(self, party, other_operator):
        with pytest.raises(NoSuchCall):
            identity_checks.answer(party=party, answers=WRONG, by=other_operator, at=NOW)


class TestAnswerByClues:
    def test_nobody_is_asked_twice(self, party, operator):
        clues = Clues("9990123456", "見本太郎", date(1950, 4, 1))

        row, wrong = identity_checks.answer_by_clues(party=party, clues=clues, by=operator, at=NOW)

        assert row.has_passed
        assert wrong == frozenset()

    def test_a_dead_voucher_proves_nothing(self, call, taro, operator):
        taro.vouchers.update(is_live=False)
        clues = Clues("9990123456", "見本太郎", date(1950, 4, 1))
        (found,) = parties.look_for(call=call, clues=clues, by=operator, at=NOW)
        party = parties.bring_in(call=call, found=found, by=operator, at=NOW)

        row, _ = identity_checks.answer_by_clues(party=party, clues=clues, by=operator, at=NOW)

        assert not row.has_passed
        assert row.right_items == ["born_on", "name"]

    def test_name_and_birth_leave_one_question(self, call, taro, operator):
        clues = Clues(name="見本太郎", born_on=date(1950, 4, 1))
        (found,) = parties.look_for(call=call, clues=clues, by=operator, at=NOW)
        party = parties.bring_in(call=call, found=found, by=operator, at=NOW)

        row, _ = identity_checks.answer_by_clues(party=party, clues=clues, by=operator, at=NOW)

        assert not row.has_passed
        row, _ = identity_checks.answer(
            party=row, answers={Item.ADDRESS: "見本町99番地"}, by=operator, at=NOW
        )
        assert row.has_passed


class TestApprove:
    def test_a_supervisor_may(self, ask, party, supervisor):
        for _ in range(3):
            ask(WRONG)

        row = identity_checks.approve(party=party, reason="called_back", by=supervisor, at=NOW)

        assert row.has_passed
        assert CallParty.objects.get().approved_by == supervisor
        assert AccessEntry.objects.filter(what="identity_approved").exists()

    def test_an_operator_may_not(self, party, operator, other_operator):
        for one in (operator, other_operator):
            with pytest.raises(NotASupervisor):
                identity_checks.approve(party=party, reason="called_back", by=one, at=NOW)

    def test_a_supervisor_may_not_approve_her_own_call(self, supervisor, taro, bring):
        own = calls.start(by=supervisor, at=NOW)
        party = bring(own, taro, passed=False, by=supervisor)

        with pytest.raises(NotASupervisor):
            identity_checks.approve(party=party, reason="called_back", by=supervisor, at=NOW)
