"""What somebody types who waits for a place, and the answer to an offer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms import ContactForm, NoticedContact
from booking.models import WaitingListEntry, WaitingOrder
from booking.rule_forms import Reason
from booking.waiting_list import WaitingWish

NOTICES = (
    (1, _("1時間前でもよい")),
    (3, _("3時間前まで")),
    (24, _("前日の同じ時刻まで")),
    (72, _("3日前まで")),
)
LEFTOVERS = (
    ("", _("受け取らない")),
    (30, _("30分で会場に行ける")),
    (60, _("1時間で会場に行ける")),
)
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
UNCLEAR = {"required": _("日付を入力してください。"), "invalid": _("日付を確かめてください。")}


class Wished(forms.Form):
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
    leftover = forms.TypedChoiceField(
        label=_("当日の余りの案内"),
        help_text=_("会場で急に余りが出たとき、すぐに来られる方へ先着順でお知らせします。"),
        choices=LEFTOVERS, coerce=int, empty_value=None, required=False,
    )  # fmt: skip

    def __init__(
        self, *args: Any, venues: list[tuple[int, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices: Any = self.fields["venues"]
        choices.choices = venues

    def clean(self) -> dict[str, Any]:
        """Days in order and still to come; a number where only the telephone is wanted."""
        found = super().clean() or {}
        first, last = found.get("first_day"), found.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("「この日から」より後の日にしてください。"))
        elif last and last < self.today:
            self.add_error("last_day", _("今日より後の日にしてください。"))
        by_call = found.get("reach") == WaitingListEntry.Reach.CALL
        if by_call and found.get("leftover"):
            words = _("当日の余りは、SMSかメールを受け取れる方にだけお知らせします。")
            self.add_error("leftover", words)
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
            leftover_minutes=given["leftover"],
        )


class WaitingForm(Wished, NoticedContact):
    """What a resident types: the wish, the contact, and the notice that was read."""

    field_order = (
        "venues", "first_day", "last_day", "notice_hours", "reach", "leftover", "phone", "email",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("携帯電話の番号には、空きをSMSでお知らせします。")

    def clean(self) -> dict[str, Any]:
        """A number where only the telephone is wanted."""
        found = super().clean()
        by_call = found.get("reach") == WaitingListEntry.Reach.CALL
        if by_call and not found.get("phone") and "phone" not in self.errors:
            words = _("電話でお知らせするには、電話番号が必要です。")
            self.add_error("phone", ValidationError(words, code="call"))
        return found


class OperatorsWaitingForm(Wished, ContactForm):
    """What an operator types for a caller, who has heard the notice."""

    dose_number = forms.TypedChoiceField(label=_("接種回"), coerce=int)
    field_order = ("dose_number", *WaitingForm.field_order)

    def __init__(self, *args: Any, doses: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, needed="", **kwargs)
        choices: Any = self.fields["dose_number"]
        choices.choices = [(dose, _("%(dose)s回目") % {"dose": dose}) for dose in doses]
        self.fields["phone"].help_text = _("空のときは、登録の連絡先を使います。")
        self.fields["email"].help_text = ""


class Answer(forms.Form):
    """One press: take it or pass it on."""

    answer = forms.ChoiceField(choices=[("take", ""), ("decline", "")])


class OrderForm(Reason):
    """In which order the list is asked from now on, and why."""

    way = forms.ChoiceField(
        label=_("順番の決め方"), choices=WaitingOrder.Way.choices, widget=forms.RadioSelect
    )
    shown = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("way", "reason", "shown")


class LeftoverForm(forms.Form):
    """How many doses are left over, and who is asked."""

    doses = forms.IntegerField(
        label=_("余りの本数"), min_value=1, max_value=50,
        error_messages={"required": _("本数を入力してください。")},
    )  # fmt: skip
    minutes = forms.TypedChoiceField(
        label=_("案内する方"), choices=[one for one in LEFTOVERS if one[0]], coerce=int
    )
