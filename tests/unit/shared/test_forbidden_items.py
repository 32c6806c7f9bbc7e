"""The national twelve-digit number, 宛名番号 and 予診 stay outside, however they are dressed."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from shared import forbidden_items as guard

NUMBER = "123456789018"  # made by the check-digit rule, belongs to nobody


def twelve(body: str) -> str:
    return next(body + d for d in "0123456789" if guard.check_digit_holds(body + d))


class TestCheckDigit:
    def test_holds_for_exactly_one_last_digit(self):
        fits = [d for d in "0123456789" if guard.check_digit_holds("12345678901" + d)]

        assert fits == ["8"]

    def test_is_zero_when_the_remainder_is_zero_or_one(self):
        assert guard.check_digit_holds("0" * 12)


class TestOneText:
    @pytest.mark.parametrize(
        "text",
        [
            NUMBER,
            "1234 5678 9018",
            "1234-5678-9018",
            "１２３４５６７８９０１８",
            "１２３４　５６７８－９０１８",
            "番号は1234‐5678‐9018です",
            "1 2 3 4 5 6 7 8 9 0 1 8",
            "1234\u200b5678\u200b9018",
            "١٢٣٤٥٦٧٨٩٠١٨",
            "①②③④⑤⑥⑦⑧⑨⓪①⑧",
            "99 1234-5678-9018",
            "160-0022 1234 5678 9018",
            "電話03-1234-5678 番号1234-5678-9018",
        ],
    )
    def test_is_caught_in_every_dress(self, text):
        assert guard.carries_forbidden_number(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "123456789019",  # check digit wrong
            "1234567890187",  # thirteen digits
            "219999979990000001",  # an OCR line
            "9990000001",
            "東京都新宿区新宿99丁目99番99号",
            "見本　太郎",
            "03-1234-5678",
        ],
    )
    def test_lets_ordinary_text_pass(self, text):
        assert not guard.carries_forbidden_number(text)

    def test_does_not_join_a_telephone_number_and_what_follows(self):
        for last in range(10):
            assert not guard.carries_forbidden_number(f"090-1234-5678 {last}回目")
            assert not guard.carries_forbidden_number(f"2021-06-01 093{last}")

    @given(
        body=st.text("0123456789", min_size=11, max_size=11),
        glue=st.text(" 　-－‐・\u200b", max_size=2),
        cuts=st.sets(st.integers(1, 11)),
        wide=st.booleans(),
    )
    def test_is_caught_wherever_it_is_cut(self, body, glue, cuts, wide):
        number = twelve(body)
        shown = "".join((glue if at in cuts else "") + digit for at, digit in enumerate(number))
        narrow = shown.translate(str.maketrans("－　", "- "))
        assume(not guard._PHONE_OR_DATE.search(narrow))
        if wide:
            shown = shown.translate(str.maketrans("0123456789", "０１２３４５６７８９"))

        assert guard.carries_forbidden_number("x" + shown + "y")

    def test_quick_look_never_misses_plain_and_wide_digits(self):
        assert guard.may_carry_forbidden_number(f"a{NUMBER}b")
        assert guard.may_carry_forbidden_number("１２３４　５６７８－９０１８")
        assert not guard.may_carry_forbidden_number("新宿99丁目99番99号")


class TestColumn:
    def test_is_forbidden_when_most_cells_hold_the_number(self):
        assert guard.column_is_forbidden([NUMBER, "", twelve("98765432109"), "x"])

    def test_is_not_forbidden_by_one_cell_in_many(self):
        assert not guard.column_is_forbidden([NUMBER, "a", "b", "c"])
        assert not guard.column_is_forbidden(["", " "])


class TestHeader:
    @pytest.mark.parametrize(
        "header",
        [
            "個人番号",
            "個 人 番 号",
            "マイナンバー",
            "ﾏｲﾅﾝﾊﾞｰ",
            "My Number",
            "ＭＹＮＵＭＢＥＲ",
            "宛名番号(住民番号)",
            "個別宛名番号",
            "住民票コード",
            "予診の回答",
            "国籍等",
            "世帯主",
            "氏名カナ",
        ],
    )
    def test_is_recognised_in_every_spelling(self, header):
        assert guard.forbidden_header(header)

    @pytest.mark.parametrize("header", ["接種券番号", "氏名", "生年月日", "郵便番号", "住所"])
    def test_lets_our_own_headers_pass(self, header):
        assert guard.forbidden_header(header) is None


class TestFormField:
    def test_refuses_without_repeating_the_number(self):
        with pytest.raises(ValidationError) as refusal:
            guard.refuse_forbidden_text(f"メモ {NUMBER}")

        assert NUMBER not in str(refusal.value)

    def test_lets_a_note_pass(self):
        guard.refuse_forbidden_text("午後に折り返し 090-1234-5678")
