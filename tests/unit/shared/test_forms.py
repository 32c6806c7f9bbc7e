from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from shared.forms import DayField, DigitsField, EraDateField, KanaField, PhoneField
from shared.phone import PhoneKind


class Form(forms.Form):
    born_on = EraDateField(until=lambda: date(2027, 4, 1), required=False)
    day = DayField(required=False)
    phone = PhoneField(required=False)
    text_phone = PhoneField(kinds=[PhoneKind.MOBILE], required=False)
    number = DigitsField(length=10, required=False)
    kana_name = KanaField(required=False)


class Asked(forms.Form):
    born_on = EraDateField()
    mail = forms.EmailField()
    choice = forms.ChoiceField(choices=[("a", "A")])


def born(year, month, day, era="西暦"):
    return {
        "born_on_year": year,
        "born_on_month": month,
        "born_on_day": day,
        "born_on_era": era,
    }


def cleaned(data, name):
    form = Form(data)
    assert form.is_valid(), form.errors
    return form.cleaned_data[name]


def refused(data, name, form=Form):
    return form(data).errors[name][0]


class TestEraDateField:
    @pytest.mark.parametrize(
        "typed",
        [
            born("1950", "4", "1"),
            born("25", "4", "1", "昭和"),
            born("２５", "４", "１", "昭和"),
            born("昭和25", "04", "01"),
            born("S25", "4", "1"),
            born("S25", "4", "1", "平成"),
            {"born_on_year": "1950", "born_on_month": "4", "born_on_day": "1"},
        ],
    )
    def test_takes_one_day_in_many_ways(self, typed):
        assert cleaned(typed, "born_on") == date(1950, 4, 1)

    def test_takes_the_first_year_of_an_era_by_its_name(self):
        assert cleaned(born("元", "5", "1", "令和"), "born_on") == date(2019, 5, 1)

    def test_is_nothing_where_nothing_is_typed(self):
        assert cleaned(born("", "", ""), "born_on") is None
        assert cleaned({}, "born_on") is None

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            (born("64", "1", "8", "昭和"), "その元号にはない日付です"),
            (born("1950", "", "1"), "年・月・日をすべて"),
            (born("1950", "2", "30"), "ない日付です"),
            (born("50", "4", "1"), "元号も選んでください"),
            (born("2027", "4", "2"), "今日より後"),
        ],
    )
    def test_refuses_with_a_sentence(self, typed, words):
        assert words in refused(typed, "born_on")

    def test_asks_for_what_it_needs(self):
        assert refused({}, "born_on", form=Asked) == "年・月・日を入力してください。"

    def test_shows_a_stored_day_in_its_three_parts(self):
        page = str(Form(initial={"born_on": date(1950, 4, 1)})["born_on"])

        assert 'value="1950"' in page
        assert 'type="date"' not in page

    def test_knows_whether_the_day_has_changed(self):
        same = Form(born("25", "4", "1", "昭和"), initial={"born_on": date(1950, 4, 1)})
        other = Form(born("26", "4", "1", "昭和"), initial={"born_on": date(1950, 4, 1)})
        broken = Form(born("x", "4", "1"), initial={"born_on": date(1950, 4, 1)})

        assert "born_on" not in same.changed_data
        assert "born_on" in other.changed_data
        assert "born_on" in broken.changed_data


class TestDayField:
    @pytest.mark.parametrize("typed", ["S25.4.1", "昭和25年4月1日", "1950/4/1", "１９５００４０１"])
    def test_takes_every_form_in_one_field(self, typed):
        assert cleaned({"day": typed}, "day") == date(1950, 4, 1)

    def test_refuses_with_a_sentence(self):
        assert "例" in refused({"day": "きのう"}, "day")

    def test_shows_a_stored_day_in_its_era(self):
        assert "昭和25年4月1日" in str(Form(initial={"day": date(1950, 4, 1)})["day"])

    def test_is_nothing_where_nothing_is_typed(self):
        assert cleaned({"day": " "}, "day") is None


class TestPhoneField:
    def test_hands_on_a_number_with_its_kind(self):
        found = cleaned({"phone": "０９０－１２３４－５６７８"}, "phone")

        assert (found.e164, found.kind) == ("+819012345678", PhoneKind.MOBILE)

    def test_refuses_with_the_reason(self):
        assert "0120" in refused({"phone": "0120-123-456"}, "phone")

    def test_takes_only_the_kinds_asked_for(self):
        assert "携帯電話" in refused({"text_phone": "03-1234-5678"}, "text_phone")

    def test_is_nothing_where_nothing_is_typed(self):
        assert cleaned({"phone": ""}, "phone") is None


class TestDigitsField:
    @pytest.mark.parametrize(
        "typed", ["0123456789", "０１２３４５６７８９", "0123 456-789", "01234－56789"]
    )
    def test_folds_to_figures(self, typed):
        assert cleaned({"number": typed}, "number") == "0123456789"

    @pytest.mark.parametrize(
        "typed", ["123456789", "01234567890", "012345678x", "一二三四五六七八九十"]
    )
    def test_refuses_any_other_length_or_sign(self, typed):
        assert refused({"number": typed}, "number") == "数字10桁で入力してください。"


class TestKanaField:
    @pytest.mark.parametrize("typed", ["みほん はなこ", "ﾐﾎﾝ ﾊﾅｺ", "ミホン ハナコ"])
    def test_keeps_full_width_katakana(self, typed):
        assert cleaned({"kana_name": typed}, "kana_name") == "ミホン ハナコ"

    def test_refuses_kanji(self):
        assert "カタカナ" in refused({"kana_name": "見本"}, "kana_name")


class TestWording:
    def test_speaks_to_a_person_in_both_languages(self):
        assert refused({}, "choice", form=Asked) == "どれかを選んでください。"
        assert "メールアドレスの形" in refused({"mail": "x"}, "mail", form=Asked)
        with override("en"):
            assert refused({}, "choice", form=Asked) == "Please choose one."
            assert refused({}, "born_on", form=Asked) == "Enter the year, month and day."
            assert refused({"number": "1"}, "number") == "Enter 10 digits."
