"""What somebody types who waits for a place, and the answer to an offer."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms import ContactForm
from booking.models import WaitingListEntry
from booking.waiting_list import WaitingWish

NOTICES = (
    (1, _("1時間前でもよい")),
    (3, _("3時間前まで")),
    (24, _("前日の同じ時刻まで")),
    (72, _("3日前まで")),
)
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
UNCLEAR = {"required": _("日付を入力してください。"), "invalid": _("日付を確かめてください。")}


class WaitingForm(ContactForm):
    """Which venues and days, how much notice, and how to be told."""

    venues = forms.TypedMultipleChoiceField(
        label=_("会場"),
        help_text=_("選ばないときは、どの会場の空きもお知らせします。"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=_("この日から"), widget=DAY, error_messages=UNCLEAR)
    last_day = forms.DateField(label=_("この日まで"), widget=DAY, error_messages=UNCLEAR)
    notice_hours = forms.TypedChoiceField(
        label=_("来場までに必要な時間"), choices=NOTICES, coerce=int, initial=3
    )
    reach = forms.ChoiceField(
        label=_("お知らせの方法"),
        choices=WaitingListEntry.Reach.choices,
        initial=WaitingListEntry.Reach.WRITTEN,
        widget=forms.RadioSelect,
    )
    field_order = ("venues", "first_day", "last_day", "notice_hours", "reach", "phone", "email")

    def __init__(
        self, *args: Any, venues: list[tuple[int, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices: Any = self.fields["venues"]
        choices.choices = venues
        self.fields["phone"].help_text = _("携帯電話の番号には、空きをSMSでお知らせします。")

    def clean(self) -> dict[str, Any]:
        """Days in order and still to come; a number where only the telephone is wanted."""
        found = super().clean()
        first, last = found.get("first_day"), found.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("「この日から」より後の日にしてください。"))
        elif last and last < self.today:
            self.add_error("last_day", _("今日より後の日にしてください。"))
        by_call = found.get("reach") == WaitingListEntry.Reach.CALL
        if by_call and not found.get("phone") and "phone" not in self.errors:
            words = _("電話でお知らせするには、電話番号が必要です。")
            self.add_error("phone", ValidationError(words, code="call"))
        return found

    def wish(self, dose_number: int) -> WaitingWish:
        """What was typed, as it is kept."""
        given = self.cleaned_data
        return WaitingWish(
            dose_number=dose_number,
            venue_ids=tuple(given["venues"]),
            first_day=given["first_day"],
            last_day=given["last_day"],
            notice_hours=given["notice_hours"],
            reach=given["reach"],
        )


class Answer(forms.Form):
    """One press: take it or pass it on."""

    answer = forms.ChoiceField(choices=[("take", ""), ("decline", "")])
