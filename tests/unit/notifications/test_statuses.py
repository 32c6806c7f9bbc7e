from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.statuses import ENDS, RANKS, Rank, later_of, ours, rank_of

WAY = ["queued", "sending", "sent", "delivered"]


def after(told):
    known = ""
    for status in told:
        known = later_of(known, status)
    return known


class TestAStatus:
    @pytest.mark.parametrize("end", ["delivered", "undelivered", "failed"])
    def test_is_the_same_in_whatever_order_it_was_told(self, end):
        assert {after(told) for told in permutations(["queued", "sending", "sent", end])} == {end}

    def test_stays_at_the_first_end(self):
        assert after(["delivered", "failed"]) == "delivered"
        assert after(["undelivered", "delivered"]) == "undelivered"

    @given(st.lists(st.sampled_from([*RANKS, "", "invented tomorrow"])))
    def test_never_goes_back(self, told):
        known = ""
        for status in told:
            further = later_of(known, status)
            assert rank_of(further) >= rank_of(known)
            known = further

    def test_without_a_meaning_moves_nothing(self):
        assert rank_of("invented tomorrow") is Rank.NOTHING
        assert later_of("sent", "invented tomorrow") == "sent"

    def test_has_one_word_of_ours(self):
        assert [ours(status) for status in WAY] == ["accepted", "accepted", "sent", "delivered"]
        assert set(ENDS.values()) == {"delivered", "undelivered", "failed"}
