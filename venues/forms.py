"""What ward officers type about venues, vaccines, days and slots."""

from datetime import date, datetime, time, timedelta
from typing import Any

import jpholiday
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from shared.calendar import TOKYO
from shared.forbidden_items import refuse_forbidden_text, refuse_forbidden_texts
from venues.models import Opening, Programme, Vaccine, Venue
from venues.openings import MOST_DAYS, Plan
from venues.refusals import LONGEST_REASON, Refused
from venues.timetable import Hours

WEEKDAYS = list(WEEKDAYS_ABBR.items())
DATE = {"type": "date"}
TIME = {"type": "time", "step": "300"}


def reason_field() -> forms.CharField:
    """Why: kept with every change."""
    return forms.CharField(
        label=_("理由"),
        max_length=LONGEST_REASON,
        validators=[refuse_forbidden_text],
        help_text=_("だれが・いつ変えたかとともに記録に残ります。例：医師を1人追加したため"),
        error_messages={"required": _("理由を入力してください。")},
    )


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day from the browser's calendar, or typed as 2026-06-15."""
    field = forms.DateField(label=label, widget=forms.DateInput(DATE, format="%Y-%m-%d"), **kwargs)
    field.width = "medium"  # type: ignore[attr-defined]
    return field


def time_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of day."""
    field = forms.TimeField(label=label, widget=forms.TimeInput(TIME, format="%H:%M"), **kwargs)
    field.width = "short"  # type: ignore[attr-defined]
    return field


def number_field(label: Any, *, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    """A small whole number."""
    widget = forms.NumberInput({"inputmode": "numeric"})
    field = forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, **kwargs
    )
    field.width = "short"  # type: ignore[attr-defined]
    return field


def refuse(form: forms.BaseForm, refusal: Refused) -> None:
    """Say a refusal at the field it is about, or above all."""
    # Where the form's field bears another name than the verb's part.
    names = {"days": "first_day", "bookable_from": "bookable_from_day"}
    item = names.get(refusal.item, refusal.item)
    form.add_error(item if item in form.fields else None, str(refusal.words))


def of_several(form: forms.BaseForm) -> None:
    """Ask for the programme only where there is more than one; else it is the first."""
    field = form.fields["programme"]
    assert isinstance(field, forms.ModelChoiceField)
    found = Programme.objects.all()
    if found.count() < 2:
        del form.fields["programme"]
        return
    field.queryset, field.empty_label, field.required = found, None, True


class Reason(forms.Form):
    """Only why."""

    reason = reason_field()


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """A venue in Japanese and English."""

    reason = reason_field()

    class Meta:
        model = Venue
        fields = (
            "code", "kind", "name", "name_en", "address", "address_en", "access", "access_en",
            "what_to_bring", "what_to_bring_en", "step_free", "is_open",
        )  # fmt: skip
        help_texts = {
            "code": _("帳票と名簿に出る短い番号です。例：V001"),
            "is_open": _("外すと、この会場のすべての日で新しい予約を止めます。"),
        }
        error_messages = {"code": {"unique": _("この会場コードはすでに使われています。")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_forbidden_texts(self)
        for name in ("access", "access_en", "what_to_bring", "what_to_bring_en"):
            self.fields[name].widget.attrs["rows"] = 3


class VaccineForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """A vaccine; its doses and intervals stand with the rules."""

    reason = reason_field()

    class Meta:
        model = Vaccine
        fields = ("maker", "name", "name_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_forbidden_texts(self)


class HoursForm(Reason):
    """What a timetable follows from, of lanes and shares."""

    lanes = number_field(_("レーン数"), least=1, most=99, initial=4)
    places_per_lane = number_field(_("一レーン・一枠の人数"), least=1, most=99, initial=4)
    phone_share = number_field(
        _("電話の割合（％）"), least=0, most=100, initial=40,
        help_text=_("残りはインターネットの枠になります。"),
    )  # fmt: skip
    walk_in_share = number_field(
        _("窓口の割合（％）"), least=0, most=100, initial=0, required=False
    )
    reserve_share = number_field(
        _("予備の割合（％）"), least=0, most=100, initial=0, required=False,
        help_text=_("予備は、規則や手作業でほかの経路へ移すまで使われません。"),
    )  # fmt: skip

    def clean_walk_in_share(self) -> int:
        """None is left empty."""
        return self.cleaned_data["walk_in_share"] or 0

    def clean_reserve_share(self) -> int:
        """None is left empty."""
        return self.cleaned_data["reserve_share"] or 0

    def window(self, day: str, at: str) -> datetime:
        """A day and a time of the form as one moment in Tokyo."""
        return datetime.combine(self.cleaned_data[day], self.cleaned_data[at], tzinfo=TOKYO)


class OpeningForm(HoursForm):
    """One opening for one or several days."""

    field_order = (
        "programme", "venue", "vaccine", "dose_number", "first_day", "last_day", "weekdays", "skip_holidays", "starts_at",
        "ends_at", "break_from", "break_until", "slot_minutes", "lanes", "places_per_lane",
        "phone_share", "walk_in_share", "reserve_share",
        "bookable_from_day", "bookable_from_time", "days_before", "closes_at",
        "reason",
    )  # fmt: skip

    programme = forms.ModelChoiceField(label=_("事業"), queryset=Programme.objects.none())
    dose_number = number_field(
        _("この接種回だけ"), least=1, most=9, required=False,
        help_text=_("空のときは、どの回の方も予約できます。"),
    )  # fmt: skip
    venue = forms.ModelChoiceField(
        label=_("会場"), queryset=Venue.objects.none(), empty_label=_("選んでください")
    )
    vaccine = forms.ModelChoiceField(
        label=_("ワクチン"), queryset=Vaccine.objects.none(), empty_label=_("選んでください")
    )
    first_day = day_field(_("最初の日"))
    last_day = day_field(
        _("最後の日"), required=False, help_text=_("一日だけのときは空のままにします。")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("曜日"), coerce=int, choices=WEEKDAYS, initial=[0, 1, 2, 3, 4, 5, 6],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("曜日を一つ以上選んでください。")},
    )  # fmt: skip
    skip_holidays = forms.BooleanField(label=_("祝日を除く"), required=False)
    starts_at = time_field(_("開始時刻"), initial=time(9, 0))
    ends_at = time_field(_("終了時刻"), initial=time(17, 0))
    break_from = time_field(_("休憩の開始"), required=False)
    break_until = time_field(_("休憩の終了"), required=False)
    slot_minutes = number_field(_("一枠の分数"), least=5, most=240, initial=15)
    bookable_from_day = day_field(_("予約受付を始める日"))
    bookable_from_time = time_field(_("その時刻"), initial=time(9, 0))
    days_before = number_field(
        _("締切（開設日の何日前）"), least=0, most=30, initial=1,
        help_text=_("0は当日です。"),
    )  # fmt: skip
    closes_at = time_field(_("締切の時刻"), initial=time(17, 0))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue, vaccine = self.fields["venue"], self.fields["vaccine"]
        assert isinstance(venue, forms.ModelChoiceField)
        assert isinstance(vaccine, forms.ModelChoiceField)
        venue.queryset = Venue.objects.all()
        vaccine.queryset = Vaccine.objects.order_by("maker", "name")
        of_several(self)

    def clean(self) -> dict[str, Any]:
        """The days must be a span in order."""
        typed = super().clean() or self.cleaned_data
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("最後の日は最初の日より後にしてください。"))
        elif first and last and (last - first).days > MOST_DAYS * 7:
            self.add_error("last_day", _("期間が長すぎます。分けて開設してください。"))
        elif first and not self.errors and not self.days():
            raise ValidationError(_("選んだ曜日の日が期間の中にありません。"))
        return typed

    def days(self) -> list[date]:
        """Every day that is meant, in order."""
        typed = self.cleaned_data
        first = typed["first_day"]
        last = typed.get("last_day")
        if last is None:
            return [first]
        span = [first + timedelta(count) for count in range((last - first).days + 1)]
        return [
            day
            for day in span
            if day.weekday() in typed["weekdays"]
            and not (typed["skip_holidays"] and jpholiday.is_holiday(day))
        ]

    def plan(self) -> Plan:
        """The typed opening as the verbs take it."""
        typed = self.cleaned_data
        names = ("starts_at", "ends_at", "break_from", "break_until", "lanes", "slot_minutes",
                 "places_per_lane", "phone_share", "walk_in_share", "reserve_share")  # fmt: skip
        return Plan(
            venue=typed["venue"],
            vaccine=typed["vaccine"],
            hours=Hours(**{name: typed[name] for name in names}),
            bookable_from=self.window("bookable_from_day", "bookable_from_time"),
            days_before=typed["days_before"],
            closes_at=typed["closes_at"],
            programme=typed.get("programme"),
            dose_number=typed["dose_number"],
        )


class ChangeForm(HoursForm):
    """Lanes, places and window of one day."""

    field_order = (
        "lanes", "places_per_lane", "phone_share", "walk_in_share", "reserve_share",
        "bookable_from_day", "bookable_from_time", "bookable_until_day", "bookable_until_time", "reason",
    )  # fmt: skip

    bookable_from_day = day_field(_("予約受付を始める日"))
    bookable_from_time = time_field(_("その時刻"))
    bookable_until_day = day_field(_("予約を締め切る日"))
    bookable_until_time = time_field(_("締切の時刻"))

    @staticmethod
    def initial_of(opening: Opening) -> dict[str, Any]:
        """What the form shows first."""
        begins = opening.bookable_from.astimezone(TOKYO)
        ends = opening.bookable_until.astimezone(TOKYO)
        return {
            "lanes": opening.lanes,
            "places_per_lane": opening.places_per_lane,
            "phone_share": opening.phone_share,
            "walk_in_share": opening.walk_in_share,
            "reserve_share": opening.reserve_share,
            "bookable_from_day": begins.date(),
            "bookable_from_time": begins.time(),
            "bookable_until_day": ends.date(),
            "bookable_until_time": ends.time(),
        }
