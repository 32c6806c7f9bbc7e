from datetime import UTC, datetime

import pytest

from notifications import wording
from notifications.sms_length import measure
from notifications.wording import Draft, NotSayable, fill, problems

GOOD = "【{municipality}】{date}{time} {venue}の予約を受け付けました。変更・取消 {link}"
VALUES = {
    "municipality": "見本市",
    "date": "7月1日(水)",
    "time": "10:30",
    "venue": "見本市民体育館",
    "link": "https://yoyaku.mihon.example/r",
}


class TestATemplate:
    def test_passes_when_it_says_only_what_it_may(self):
        assert problems(Draft(GOOD)) == []
        assert problems(Draft("[{municipality}] Reserved: {date} {time} {venue}. {link}")) == []

    @pytest.mark.parametrize(
        "bad",
        [
            "{name}さんの予約",
            "{voucher_number}",
            "{venue.phone}",
            "{}",
            "{ date }",
            "{date",
            "date}",
        ],
    )
    def test_has_only_the_known_gaps(self, bad):
        assert any("{" in words for words in problems(Draft("{municipality}" + bad)))

    def test_names_the_municipality(self):
        assert problems(Draft("{date}の予約")) == ["{municipality}を入れてください。"]

    @pytest.mark.parametrize(
        "number",
        [
            "03-1234-5678",
            "０３－１２３４－５６７８",
            "0312345678",
            "03 1234 5678",
            "03(1234)5678",
            "03ー1234ー5678",
            "0120-123-456",
            "0570-012-345",
            "050-1234-5678",
            "090 1234 5678",
            "+81 3 1234 5678",
            "+819012345678",
            "#7119",
            "119",
            "118",
        ],
    )
    def test_holds_no_telephone_number(self, number):
        assert any("電話番号" in w for w in problems(Draft(f"{{municipality}}お問合せ {number}")))

    @pytest.mark.parametrize(
        "harmless",
        ["7/1(火)10:30", "2026年7月1日", "9:00から17:00", "3階の302号室", "{date}{time}"],
    )
    def test_may_hold_dates_and_rooms(self, harmless):
        assert problems(Draft("{municipality}" + harmless)) == []

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("https://bit.ly/3xYz", "短縮URL"),
            ("bit.ly/3xYz", "短縮URL"),
            ("ｈｔｔｐｓ：／／ｂｉｔ．ｌｙ／ａ", "短縮URL"),
            ("https://lin.ee/abc", "短縮URL"),
            ("https://yoyaku.example.jp", "直接"),
            ("www.example.jp", "直接"),
            ("example.com", "直接"),
        ],
    )
    def test_holds_no_address_of_its_own(self, address, words):
        assert any(words in found for found in problems(Draft("{municipality} " + address)))

    @pytest.mark.parametrize("said", ["見本花子様", "お名前", "Dear resident", "ご家族さん"])
    def test_names_nobody(self, said):
        assert any("宛名" in words for words in problems(Draft("{municipality}" + said)))

    @pytest.mark.parametrize(
        "said", ["2回目の未接種", "新型コロナ", "ﾜｸﾁﾝ", "Vaccination", "COVID-19", "接種券番号"]
    )
    def test_tells_nothing_about_health(self, said):
        assert any("健康" in words for words in problems(Draft("{municipality}" + said)))

    def test_fits_in_two_segments_with_the_longest_of_everything(self):
        long = GOOD + "あ" * 20

        assert problems(Draft(long)) != []
        assert (
            measure(fill(GOOD, {n: p.longest for n, p in wording.PLACEHOLDERS.items()})).segments
            == 2
        )

    def test_of_a_mail_has_one_line_of_subject(self):
        mail = {"text": GOOD + "あ" * 300, "is_sms": False}

        assert problems(Draft(subject="予約を受け付けました", **mail)) == []
        for subject in ("", "二\n行", "二\r行", "長" * 61):
            assert problems(Draft(subject=subject, **mail)) != []

    def test_of_an_sms_has_no_subject(self):
        assert problems(Draft(GOOD, subject="件名")) == ["SMSに件名はありません。"]


class TestFilling:
    def test_gives_the_finished_words(self):
        words = fill(GOOD, VALUES)

        assert words == (
            "【見本市】7月1日(水)10:30 見本市民体育館の予約を受け付けました。"
            "変更・取消 https://yoyaku.mihon.example/r"
        )
        assert measure(words).segments == 2

    def test_cuts_a_long_venue_by_rule(self):
        words = fill("{venue}", {"venue": "𠮷" * 30})

        assert measure(words).units <= 20
        assert words.endswith("…")

    def test_never_cuts_an_address(self):
        address = "https://" + "y" * 80

        assert fill("{link}", {"link": address}) == address

    def test_refuses_a_gap_without_a_value(self):
        with pytest.raises(NotSayable):
            fill(GOOD, {"date": "7月1日"})

    def test_does_not_fill_gaps_inside_values(self):
        assert fill("{venue}", {"venue": "{link}", "link": "x"}) == "{link}"

    def test_folds_line_breaks_in_values(self):
        assert fill("{venue}", {"venue": "体育館\r\nBcc: x"}) == "体育館 Bcc: x"

    def test_says_no_telephone_number_hidden_in_a_venue(self):
        assert fill("{venue}", {"venue": "体育館 03-1234-5678"}) == "会場"


class TestVisitWords:
    @pytest.mark.parametrize(
        ("language", "date", "time"), [("ja", "7月1日(水)", "0:30"), ("en", "Wed 1 Jul", "0:30")]
    )
    def test_are_in_japanese_time(self, language, date, time):
        moment = datetime(2026, 6, 30, 15, 30, tzinfo=UTC)

        assert wording.visit_words(visit_at=moment, language=language) == {
            "date": date,
            "time": time,
        }


class TestDays:
    @pytest.mark.parametrize("said", ["明日", "本日", "Tomorrow", "ｔｏｄａｙ"])
    def test_are_named_by_the_gap_and_never_directly(self, said):
        plain = f"【{{municipality}}】{said}は予約日です。"

        assert wording.problems(Draft(plain)) != []
        (words,) = wording.problems(Draft(plain, gaps=wording.FOR_A_REMINDER))
        assert "{day}" in words
        filled = "【{municipality}】{day}は予約日です。"
        assert wording.problems(Draft(filled, gaps=wording.FOR_A_REMINDER)) == []
        assert wording.problems(Draft(filled)) != []


class TestHidden:
    @pytest.mark.parametrize(
        "text",
        ["ワク\u200bチン", "接\u2060種済", "\u202e8765-4321-30", "ダ\u00adミー", "\x00", "\ue000"],
    )
    def test_signs_are_refused_wherever_they_hide_a_word(self, text):
        assert wording.problems(Draft("【{municipality}】" + text)) != []

    @pytest.mark.parametrize("text", ["090・1234・5678", "090_1234_5678"])
    def test_odd_separators_make_no_other_number(self, text):
        assert wording.contains_telephone(text)
