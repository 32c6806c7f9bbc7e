"""What an operator types; full width, dashes and eras are taken everywhere."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.models import Reservation
from callcentre import identity, identity_checks, leases, openings
from callcentre.delicate_words import found_in
from callcentre.identity import Item
from callcentre.models import CallNote, WardRequest
from callcentre.notes import LONGEST
from callcentre.parties import Clues
from notifications.models import Result
from shared import calendar
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import DayField, PhoneField

BARE: Final = {"autocomplete": "off", "spellcheck": "false"}
EMPTY: Final = [("", "—")]


def _text(**attributes: Any) -> forms.TextInput:
    return forms.TextInput(BARE | attributes)


class StartForm(forms.Form):
    """The number on the telephone's display, where it shows one."""

    caller_number = PhoneField(
        label=_("相手の番号"), required=False, widget=_text(inputmode="tel"),
        help_text=_("非通知なら空のまま。"),
    )  # fmt: skip


class FindForm(forms.Form):
    """By what the caller is found; what is said here counts for the identity check."""

    number = forms.CharField(
        label=_("接種券・予約・電話番号"), required=False, max_length=40, widget=_text()
    )
    name = forms.CharField(label=_("氏名"), required=False, max_length=80, widget=_text())
    born_on = DayField(label=_("生年月日"), required=False, help_text="")
    speaker = forms.ChoiceField(
        label=_("話している人"), choices=Reservation.Speaker.choices, required=False
    )
    notice_read = forms.BooleanField(label=_("利用目的を読み上げた"), required=False)

    def __init__(self, *args: Any, notice_needed: bool, proxy_allowed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not notice_needed:
            del self.fields["notice_read"]
        else:
            self.fields["notice_read"].required = True
        if not proxy_allowed:
            del self.fields["speaker"]

    @property
    def clues(self) -> Clues:
        """What the caller said."""
        told = self.cleaned_data
        return Clues(told["number"], told["name"], told["born_on"])

    @property
    def spoken_by(self) -> str:
        """Who speaks; the resident where nothing else may be chosen."""
        return str(self.cleaned_data.get("speaker") or Reservation.Speaker.SELF)


class IdentityForm(forms.Form):
    """The answers that are still needed; those already right are not asked again."""

    notice_read = forms.BooleanField(label=_("利用目的を読み上げた"))

    def __init__(
        self, *args: Any, right_items: list[str], notice_needed: bool = False, **kwargs: Any
    ) -> None:
        # The form that finds people stands beside it and asks for a name and a birth date too.
        super().__init__(*args, **{"auto_id": "answer_%s", **kwargs})
        if not notice_needed:
            del self.fields["notice_read"]
        for item in Item:
            if item in right_items:
                continue
            label = str(identity.LABELS[item])
            self.fields[item] = (
                DayField(label=label, required=False, help_text="")
                if item == Item.BORN_ON
                else forms.CharField(label=label, required=False, max_length=80, widget=_text())
            )

    @property
    def asked(self) -> list[forms.BoundField]:
        """What the caller may be asked for."""
        return [one for one in self if one.name in {item.value for item in Item}]

    @property
    def answers(self) -> dict[Item, str | date]:
        """What was typed."""
        told = self.cleaned_data
        return {item: told[item] for item in Item if told.get(item)}


class ApprovalForm(forms.Form):
    """Why a supervisor takes an identity check upon themselves."""

    reason = forms.ChoiceField(
        label=_("承認の理由"), choices=[*EMPTY, *identity_checks.REASONS.items()]
    )


class OpeningForm(forms.Form):
    """Why a supervisor lets a call see a record."""

    reason = forms.ChoiceField(label=_("開く理由"), choices=[*EMPTY, *openings.REASONS.items()])


class TakeOverForm(forms.Form):
    """Why a supervisor takes a resident over from somebody else."""

    reason = forms.ChoiceField(label=_("引き継ぐ理由"), choices=[*EMPTY, *leases.REASONS.items()])


class NoteForm(forms.Form):
    """The call's note: two choices, and a short text only where they do not suffice."""

    reason = forms.ChoiceField(label=_("用件"), choices=[*EMPTY, *CallNote.Reason.choices])
    outcome = forms.ChoiceField(label=_("結果"), choices=[*EMPTY, *CallNote.Outcome.choices])
    text = forms.CharField(
        label=_("補足"), required=False, max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "maxlength": LONGEST}),
        validators=[refuse_forbidden_text],
        help_text=_("病歴・信条・家庭の事情などは書かない。区の確認対象になります。"),
    )  # fmt: skip
    delicate_kept = forms.BooleanField(label=_("この言葉は対応に必要です"), required=False)

    def clean(self) -> dict[str, Any]:
        """A delicate word is kept only when the operator says so a second time."""
        cleaned = super().clean() or {}
        found = found_in(cleaned.get("text", ""))
        if found and not cleaned.get("delicate_kept"):
            words = _("書かないほうがよい言葉があります：%(words)s") % {"words": "、".join(found)}
            raise ValidationError({"text": words}, code="delicate")
        return cleaned


class WardRequestForm(forms.Form):
    """What the ward must answer."""

    question = forms.ChoiceField(
        label=_("依頼の内容"), choices=[*EMPTY, *WardRequest.Question.choices]
    )
    voucher_number = forms.CharField(
        label=_("接種券番号"), required=False, max_length=40, widget=_text(),
        validators=[refuse_forbidden_text],
    )  # fmt: skip
    phone = PhoneField(label=_("連絡先の電話番号"), required=False, widget=_text(inputmode="tel"))
    text = forms.CharField(
        label=_("区に伝えること"), required=False, max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "maxlength": LONGEST}),
        validators=[refuse_forbidden_text],
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What the ward did about a request."""

    answer = forms.ChoiceField(label=_("対応"), choices=[*EMPTY, *WardRequest.Answer.choices])


class MessageResultForm(forms.Form):
    """What came of telephoning about a message; stands beside the note, so its names are apart."""

    prefix = "told"

    outcome = forms.ChoiceField(
        label=_("連絡の結果"),
        choices=[
            *EMPTY,
            (Result.TOLD, _("本人に伝えた")),
            (Result.NO_ANSWER, _("出なかった・留守番電話")),
            (Result.WRONG_NUMBER, _("番号がちがった")),
            (Result.NOT_NEEDED, _("連絡が不要になった")),
        ],
    )


class PurposeForm(forms.Form):
    """A look without a call: for whom, and what for."""

    number = FindForm.base_fields["number"]
    name = FindForm.base_fields["name"]
    born_on = FindForm.base_fields["born_on"]
    purpose = forms.ChoiceField(
        label=_("閲覧の目的"),
        choices=[
            *EMPTY,
            ("ward", _("区からの照会")),
            ("complaint", _("苦情・事故の確認")),
            ("roster", _("予約名簿の確認")),
            ("correction", _("入力誤りの訂正")),
        ],
    )
    detail = forms.CharField(
        label=_("経緯（だれから、何を）"), max_length=60, min_length=5, widget=_text(),
        validators=[refuse_forbidden_text],
        help_text=_("氏名や番号は書かない。閲覧記録に残り、管理者が確認します。"),
    )  # fmt: skip


_MONTH_AND_DAY = re.compile(r"(\d{1,2})[/.月-](\d{1,2})日?|(\d{2})(\d{2})")


class DayChoiceForm(forms.Form):
    """Which venue and which day to show; a day is typed as 6/15 or in any other form."""

    venue = forms.IntegerField(required=False)
    day = forms.CharField(required=False, max_length=20)
    since = forms.DateField(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_day(self) -> date | None:
        """The day typed; month and day alone mean the next such day."""
        typed = calendar.fold(self.cleaned_data["day"])
        if not typed:
            return None
        short = _MONTH_AND_DAY.fullmatch(typed)
        try:
            return self._next(short) if short else calendar.parse_day(typed)
        except (calendar.DateRefused, ValueError) as refused:
            raise ValidationError(_("日付を読み取れません。例：6/15"), code="day") from refused

    def _next(self, short: re.Match[str]) -> date:
        month, day = (int(one) for one in short.groups() if one is not None)
        found = date(self.today.year, month, day)
        return found if found >= self.today else date(self.today.year + 1, month, day)


class ListLookForm(forms.Form):
    """Why name, number and words of one message are looked at."""

    purpose = forms.ChoiceField(
        label=_("見る目的"),
        widget=forms.RadioSelect,
        choices=[
            ("call", _("電話で伝える")),
            ("asked", _("本人からの問い合わせに答える")),
            ("check", _("内容の確認（管理者）")),
        ],
    )


class ListResultForm(forms.Form):
    """What came of a call of the list, and when to try again."""

    outcome = forms.ChoiceField(
        label=_("結果"),
        widget=forms.RadioSelect,
        choices=[
            (Result.TOLD, _("本人に伝えた")),
            (Result.NO_ANSWER, _("応答なし（リストに残す）")),
            (Result.CALL_AGAIN, _("あとでかけ直す（日時を入れる）")),
            (Result.WRONG_NUMBER, _("番号違い（リストに残す）")),
            (Result.NOT_NEEDED, _("連絡は不要になった")),
        ],
    )
    again_at = forms.DateTimeField(
        label=_("次にかける日時"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("それまではリストの最後に並びます。"),
    )
