"""What residents type."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking import ocr_line, reservation_numbers
from booking.change_limits import Later, LaterChoices
from booking.contacts import Contact
from booking.models import Reservation, StatusDecision
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import FIGURES, EraDateField, PhoneField
from tenancy.current import current

TEXT = FIGURES | {"spellcheck": "false"}


class VoucherField(forms.CharField):
    """A voucher number, or the whole OCR line; the cleaned value is an OcrLine."""

    width = "medium"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("接種券番号（10桁）"))
        kwargs.setdefault("help_text", _("例：9990000001　接種券に印刷された10桁の数字です。"))
        super().__init__(
            max_length=60,
            widget=forms.TextInput(dict(TEXT)),
            error_messages={"required": _("接種券番号を入力してください。")},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The line; a line of another municipality is refused with words."""
        typed = super().clean(value)
        try:
            line = ocr_line.read(typed)
        except ocr_line.NotAVoucherNumber as refusal:
            raise ValidationError(str(refusal.words), code="invalid") from refusal
        if line.municipality_code not in {None, current().code}:
            raise ValidationError(
                _("ほかの自治体の接種券です。接種券を発行した自治体の予約サイトをご利用ください。"),
                code="elsewhere",
            )
        return line


class SignIn(forms.Form):
    """Level A: the voucher number and the date of birth."""

    voucher = VoucherField()
    born_on = EraDateField(
        label=_("生年月日"),
        help_text=_("例：昭和25年4月1日、1950年4月1日"),
        until=localdate,
    )


class SignInToChange(SignIn):
    """Level B: the reservation number as well."""

    reservation = forms.CharField(
        label=_("予約番号"),
        help_text=_("例：0615-123456-A　予約したときの画面に出た番号です。"),
        max_length=30,
        widget=forms.TextInput(TEXT | {"inputmode": "text", "autocapitalize": "characters"}),
        error_messages={"required": _("予約番号を入力してください。")},
    )
    field_order = ("reservation", "voucher", "born_on")

    def clean_reservation(self) -> str:
        """The number in its one form."""
        found = reservation_numbers.read(self.cleaned_data["reservation"])
        if found is None:
            raise ValidationError(
                _("予約番号を確かめてください。数字10桁と英字1文字です。"), code="invalid"
            )
        return found


class ContactForm(forms.Form):
    """A telephone number, a mail address, or both, as the ward needs it."""

    phone = PhoneField(
        label=_("電話番号"),
        help_text=_("携帯電話の番号には、予約の確認と前日のお知らせをSMSで送ります。"),
    )
    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        help_text=_("SMSを受け取れない方には、メールで送ります。"),
        widget=forms.EmailInput({"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={"invalid": _("メールアドレスを確かめてください。例：name@example.jp")},
        validators=[refuse_forbidden_text],
    )

    def __init__(self, *args: Any, needed: str, **kwargs: Any) -> None:
        self.needed = needed
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = needed in {"phone", "both"}
        self.fields["email"].required = needed == "both"

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        found = super().clean() or {}
        either = found.get("phone") or found.get("email")
        if self.needed == "either" and not self.errors and not either:
            raise ValidationError(
                _("電話番号かメールアドレスのどちらかを入力してください。"), code="either"
            )
        return found

    def contact(self, language: str) -> Contact:
        """What was typed, as it is kept."""
        number = self.cleaned_data.get("phone")
        return Contact(
            phone=number.e164 if number else None,
            email=self.cleaned_data.get("email") or None,
            language=language,
        )


class NoticedContact(ContactForm):
    """A contact, with the notice that was read."""

    notice = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice_version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice_version = notice_version
        self.fields["notice"].initial = notice_version

    def clean(self) -> dict[str, Any]:
        """The notice that was shown must be the one in force; else it is shown anew."""
        found = super().clean()
        if found.get("notice") != self.notice_version:
            shown: Any = self.data
            self.data = shown.copy()
            self.data["notice"] = str(self.notice_version)  # type: ignore[index]  # a copy may be written
            raise ValidationError(
                _("利用目的のお知らせが新しくなりました。もう一度お読みください。"), code="renewed"
            )
        return found


class BookingContact(NoticedContact):
    """The contact of a new booking, and who is typing."""

    speaker = forms.ChoiceField(
        label=_("手続きをしている方"),
        choices=Reservation.Speaker.choices,
        initial=Reservation.Speaker.SELF,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, proxy_allowed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not proxy_allowed:
            del self.fields["speaker"]


class Looking(forms.Form):
    """Where somebody is in a search for free places; nonsense is left out, not refused."""

    by = forms.ChoiceField(choices=[("earliest", ""), ("date", ""), ("venue", "")], required=False)
    venue = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    month = forms.RegexField(re.compile(r"^20\d\d-(0[1-9]|1[0-2])$"), required=False)

    def found(self) -> dict[str, Any]:
        """What can be used of it."""
        self.is_valid()
        return self.cleaned_data


class ChosenPlace(forms.Form):
    """One place, by the id of its bucket."""

    place = forms.IntegerField(min_value=1, max_value=2**62)


class ChosenProgramme(forms.Form):
    """One programme, by its id."""

    programme = forms.IntegerField(min_value=1, max_value=2**62)


class ChosenLottery(forms.Form):
    """The lottery somebody wants to apply for."""

    lottery = forms.UUIDField()


class Confirmed(forms.Form):
    """The key that the confirm page carried."""

    request_key = forms.UUIDField()


class OneTimeCodeForm(forms.Form):
    """The six figures that were sent."""

    code = forms.CharField(
        label=_("確認コード（6桁）"),
        max_length=20,
        widget=forms.TextInput(FIGURES | {"autocomplete": "one-time-code"}),
        error_messages={"required": _("確認コードを入力してください。")},
    )

    def clean_code(self) -> str:
        """Six figures, full width folded."""
        from shared.calendar import fold

        digits = fold(self.cleaned_data["code"]).replace("-", "")
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise ValidationError(_("確認コードは数字6桁です。"), code="invalid")
        return digits


CANCEL_REASONS = (
    ("", _("選ばない")),
    ("schedule", _("都合が合わなくなった")),
    ("elsewhere", _("ほかの会場で受ける")),
    ("unwanted", _("受けないことにした")),
    ("other", _("そのほか")),
)


LATER_WORDS = {
    Later.KEEP: _("そのまま残す"),
    Later.MOVE: _("別の日時に変える（次の画面で選びます）"),
    Later.CANCEL: _("いっしょに取り消す"),
}


class Decision(forms.Form):
    """What staff decided about a booking, and the booking as the page has shown it."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    status = forms.ChoiceField(choices=StatusDecision.Status)
    outcome = forms.ChoiceField(choices=StatusDecision.Outcome)


class Cancellation(forms.Form):
    """Why, if one likes to say; a choice, no words. And which reservation the page has shown."""

    shown = forms.RegexField(
        re.compile(r"^([0-9a-f-]{36}\.[0-9]{1,9}\+?){1,9}$"),
        required=False,
        widget=forms.HiddenInput,
    )

    later = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _("次の回の予約をどうするか選んでください。")},
    )
    reason = forms.ChoiceField(
        label=_("取消の理由"),
        choices=CANCEL_REASONS,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, choices: LaterChoices | None = None, next_dose: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if choices is None or not choices.allowed:
            del self.fields["later"]
            return
        later = self.fields["later"]
        assert isinstance(later, forms.ChoiceField)
        later.label = _("%(dose)sの予約をどうしますか") % {"dose": next_dose}
        later.choices = [(one.value, LATER_WORDS[one]) for one in choices.allowed]
        later.help_text = choices.why_not_kept

    @property
    def decided(self) -> Later | None:
        """What becomes of the later doses, where there are some."""
        found = self.cleaned_data.get("later")
        return Later(found) if found else None
