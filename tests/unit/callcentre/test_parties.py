"""Looking for somebody and bringing them into the call."""

from datetime import date, timedelta

import pytest

from booking import residents
from callcentre import calls, parties
from callcentre.parties import Clues
from callcentre.refusals import LookedTooOften, NoSuchCall, ProxyNotAllowed
from privacy.models import AccessEntry
from tenancy.standings import standing
from tests import cast
from tests.cast import NOW


def look(call, by, **clues):
    return parties.look_for(call=call, clues=Clues(**clues), by=by, at=NOW)


class TestLookFor:
    def test_writes_down_every_look(self, call, operator, taro):
        look(call, operator, number="9990123456")
        look(call, operator, number="9990999999")
        with pytest.raises(residents.FindRefused):
            look(call, operator, number="99")

        lines = AccessEntry.objects.filter(what="find").order_by("id")
        assert [(one.why, one.count, one.succeeded) for one in lines] == [
            ("voucher", 1, True),
            ("none", 0, False),
            ("refused", 0, False),
        ]
        assert lines[0].resident_id == taro.pk
        assert all(one.call_id == call.pk for one in lines)

    def test_tells_a_family_apart_by_date_of_birth(self, call, operator, served):
        cast.resident(name="見本　父", phone="+81312345678")
        child = cast.resident(name="見本　子", born_on=date(2000, 1, 2), phone="+81312345678")

        assert len(look(call, operator, number="0312345678")) == 2
        (found,) = look(call, operator, number="0312345678", born_on=date(2000, 1, 2))
        assert found.resident == child
        (found,) = look(call, operator, number="0312345678", name="見本子")
        assert found.resident == child

    def test_one_hit_is_told_even_when_the_date_differs(self, call, operator, taro):
        found = look(call, operator, number="9990123456", born_on=date(1999, 1, 1))

        assert len(found) == 1

    def test_needs_an_open_call_of_ones_own(self, call, operator, other_operator, taro):
        with pytest.raises(NoSuchCall):
            look(call, other_operator, number="9990123456")
        ended = calls.wrap_up(call=call, by=operator, at=NOW)
        with pytest.raises(NoSuchCall):
            look(ended, operator, number="9990123456")

    def test_refuses_more_looks_than_calls_can_explain(self, call, operator, monkeypatch):
        monkeypatch.setattr(parties, "LOOKS", 3)
        for _ in range(3):
            look(call, operator, number="9990999999")

        with pytest.raises(LookedTooOften):
            look(call, operator, number="9990999999")

        parties.refuse_too_many_looks(by=operator, at=NOW + timedelta(minutes=11))


class TestBringIn:
    def test_numbers_the_basket(self, call, taro, bring):
        first = bring(call, taro, passed=False)
        second = bring(call, cast.resident(name="見本　花子"), passed=False)

        assert (first.position, second.position) == (1, 2)

    def test_knows_who_is_in_it_already(self, call, taro, bring):
        assert bring(call, taro, passed=False) == bring(call, taro, passed=False)
        assert call.parties.count() == 1


class TestProxy:
    def test_is_off_until_the_ward_consents(self, call, taro, bring, operator):
        with pytest.raises(ProxyNotAllowed):
            bring(call, taro, speaker="family", passed=False)
        party = bring(call, taro, passed=False)
        with pytest.raises(ProxyNotAllowed):
            parties.speak(party=party, speaker="carer", by=operator)

    def test_keeps_the_relation_only(self, call, taro, bring, operator):
        row = standing()
        row.proxy_allowed = True
        row.save()

        party = bring(call, taro, speaker="family", passed=False)

        assert party.speaker == "family"
        assert parties.speak(party=party, speaker="self", by=operator).speaker == "self"
