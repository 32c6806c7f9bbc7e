"""Fifty names that are hard on programs, wherever they are shown, counted or handed on (T25)."""

import csv
import html
import io

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template

from exchange.layouts.writing import csv_line
from notifications import sms_length
from shared import kana
from shared.forbidden_items import refuse_forbidden_text

IVS = "\U000e0100"
NAMES = [
    "見本　太郎", "𠮷田　花子", "髙橋　﨑", f"葛{IVS}城　一", "渡邊　邉", "㐂久　次郎", "﨟　たけ", "叱る　𠮟",
    "山田　゛", "ﾐﾎﾝ ﾀﾛｳ", "ミホン　ガギグ", "ミホン　ガ", "ヷ　ヸ", "一", "ー　ー", "々　〆", "見本・太郎",
    "O'Brien Mihon", "Mihon-Smith Jean Paul", "MÜLLER Jürgen", "Nguyễn Thị Mẫu", "김　견본", "李　见本",
    "Иванов Иван", "محمد", "שלום", "ไทย ตัวอย่าง", "नमूना", "María José Ñ", "Ḿi̇ẖon", "e\u0301",
    "a" * 80, "見" * 80, "Mihon, Taro", 'Mihon "T" Taro', "Mihon; Taro", "=1+1", "+81", "-見本", "@見本",
    "＝見本", "見本\u3000\u3000太郎", "見本 太郎 ", "<b>見本</b>", "見本&太郎", "null", "NaN", "0", "😀見本", "㍿見本",
]  # fmt: skip
# What turns, hides or joins; never taken in a name.
TURNING = [
    "見本\u202e太郎",
    "見本\u2066太郎",
    "見\u200b本",
    "見本\u2069",
    "\ufeff見本",
    "見本\u200f",
    "見\x00本",
    "見\x1b本",
]


def test_there_are_fifty():
    assert len(set(NAMES)) == 50


class TestNames:
    @pytest.mark.parametrize("name", TURNING)
    def test_turn_nothing_beside_them(self, name):
        """No form takes what turns or hides its neighbours; every free text passes this check."""
        with pytest.raises(ValidationError):
            refuse_forbidden_text(name)

    @pytest.mark.parametrize("name", NAMES)
    def test_are_typed_shown_and_measured(self, name):
        refuse_forbidden_text(name)
        shown = Template("<bdi>{{ name }}</bdi>").render(Context({"name": name}))

        assert html.unescape(shown) == f"<bdi>{name}</bdi>"
        assert shown.count("<") == 2
        assert kana.search_key(name) is not None
        assert sms_length.measure(name).segments >= 1

    @pytest.mark.parametrize("name", NAMES)
    def test_come_back_from_a_file_as_they_were(self, name):
        written = csv_line([name, "見本"])
        (read,) = csv.reader(io.StringIO(written, newline=""))

        assert read[1] == "見本"
        assert name in read[0]
        assert not read[0].startswith(("=", "+", "-", "@", "＝"))
