import unicodedata

import pytest

from shared import kana


class TestSearchKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("みほん　はなこ", "ミホンハナコ"),
            ("ﾐﾎﾝ ﾊﾅｺ", "ミホンハナコ"),
            ("ｶﾞｸ", "がく"),
            ("ミヅホ", "ミズホ"),
            ("チヂミ", "ちじみ"),
            ("キョウコ", "キヨウコ"),
            ("サトー", "サト－"),
            ("サト―", "サトｰ"),
            ("Ann Lee", "ＡＮＮ　ＬＥＥ"),
            ("ジョン・スミス", "ジヨンスミス"),
        ],
    )
    def test_joins_spellings_of_one_sound(self, one, other):
        assert kana.search_key(one) == kana.search_key(other)

    def test_keeps_kanji_apart_that_are_different_names(self):
        assert kana.search_key("髙橋") != kana.search_key("高橋")

    def test_joins_a_name_with_its_compatibility_form(self):
        assert kana.search_key("神田") == kana.search_key("\ufa19田")


class TestDamage:
    def test_finds_the_wards_own_characters(self):
        assert kana.has_private_use("渡\ue000")
        assert not kana.has_private_use("渡邊𠮷")

    @pytest.mark.parametrize("sign", "〓■●?？\ufffd")
    def test_finds_a_sign_in_the_place_of_a_character(self, sign):
        assert kana.has_placeholder(f"渡{sign}")
        assert not kana.has_placeholder("渡邊")

    def test_finds_signs_that_turn_the_text_round(self):
        assert kana.has_bidi_control("見本\u202e花子")
        assert not kana.has_bidi_control("見本 花子")

    def test_finds_control_characters(self):
        assert kana.has_control("見本\x00")
        assert not kana.has_control("見本　花子")


class TestForms:
    def test_folds_figures_and_nothing_else(self):
        assert kana.half_width_digits("１２３号Ａ①") == "123号Ａ①"

    def test_writes_katakana_in_full_width(self):
        assert kana.katakana("みほん ﾊﾅｺ") == "ミホン ハナコ"

    def test_knows_kana(self):
        assert kana.is_kana("ミホン　はなこー")
        assert not kana.is_kana("見本")

    def test_normalising_a_stored_name_would_change_it(self):
        """If this ever fails, storing names as they came has lost its reason."""
        assert unicodedata.normalize("NFC", "\ufa19") == "神"
