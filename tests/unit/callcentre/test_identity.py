"""Which answers prove who is calling."""

from datetime import date

import pytest

from callcentre.identity import Item, Known, Verdict, judge, verdict

KNOWN = Known(
    name="見本　太郎",
    born_on=date(1950, 4, 1),
    address="見本県見本市見本町１２番地３　ダミー荘１０１",
    phone="+819099990001",
    voucher_numbers=frozenset({"9990123456"}),
    reservation_numbers=frozenset({"0615-123456-K"}),
)


def is_right(item, answer, known=KNOWN):
    right, wrong = judge({item: answer}, known)
    assert right | wrong == {item}
    return right == {item}


class TestJudge:
    @pytest.mark.parametrize(
        ("item", "answer"),
        [
            (Item.NAME, "見本太郎"),
            (Item.NAME, "見本 太郎"),
            (Item.BORN_ON, date(1950, 4, 1)),
            (Item.VOUCHER, "９９９０１２３４５６"),
            (Item.VOUCHER, "219999979990123456"),
            (Item.PHONE, "090-9999-0001"),
            (Item.ADDRESS, "見本町12-3"),
            (Item.ADDRESS, "見本町１２番地３"),
            (Item.ADDRESS, "見本町１２の３"),
            (Item.ADDRESS, "見本市見本町12番地3 ダミー荘101"),
        ],
    )
    def test_takes_a_right_answer_however_it_is_typed(self, item, answer):
        assert is_right(item, answer)

    @pytest.mark.parametrize(
        ("item", "answer"),
        [
            (Item.NAME, "見本"),
            (Item.NAME, "見本次郎"),
            (Item.BORN_ON, date(1950, 4, 2)),
            (Item.BORN_ON, "1950"),
            (Item.VOUCHER, "9990123457"),
            (Item.VOUCHER, "9990"),
            (Item.RESERVATION, "0615-123456-A"),
            (Item.PHONE, "0001"),
            (Item.PHONE, "090-9999-0002"),
            (Item.ADDRESS, "見本町"),
            (Item.ADDRESS, "12-3"),
            (Item.ADDRESS, "見本町1"),
            (Item.ADDRESS, "見本町12-30"),
        ],
    )
    def test_refuses_a_wrong_or_partial_one(self, item, answer):
        assert not is_right(item, answer)

    def test_an_empty_answer_is_neither(self):
        assert judge({Item.NAME: "", Item.PHONE: ""}, KNOWN) == (frozenset(), frozenset())

    def test_what_the_record_does_not_know_is_never_right(self):
        known = Known(name="見本", born_on="1950-00-00", address="")

        assert not is_right(Item.PHONE, "090-9999-0001", known)
        assert not is_right(Item.BORN_ON, date(1950, 1, 1), known)

    def test_knows_a_town_with_a_district_number(self):
        known = Known(name="", born_on="", address="見本市北町二丁目3番4号")

        assert is_right(Item.ADDRESS, "北町2-3-4", known)


class TestVerdict:
    def test_passes_with_three_of_which_one_is_the_date_of_birth(self):
        right = frozenset({Item.NAME, Item.BORN_ON, Item.VOUCHER})

        assert verdict(right, tries=0) == Verdict.PASSED

    def test_three_without_the_date_of_birth_do_not_pass(self):
        right = frozenset({Item.NAME, Item.PHONE, Item.VOUCHER})

        assert verdict(right, tries=2) == Verdict.ASKING

    def test_two_do_not_pass(self):
        assert verdict(frozenset({Item.NAME, Item.BORN_ON}), tries=0) == Verdict.ASKING

    def test_three_wrong_tries_escalate(self):
        assert verdict(frozenset({Item.NAME, Item.BORN_ON}), tries=3) == Verdict.ESCALATED
