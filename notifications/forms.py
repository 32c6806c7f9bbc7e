"""What is typed about messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications import words
from notifications.message_templates import Template
from notifications.models.message import Carrier
from notifications.models.sender import Sender
from notifications.wording import LONGEST_SUBJECT, problems
from shared.forbidden_items import refuse_forbidden_text
from tenancy.history import LONGEST_REASON


class NewWords(forms.Form):
    """New words for one kind of message; everything an SMS may not say is named at its field."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    subject = forms.CharField(
        label=_("件名"),
        max_length=LONGEST_SUBJECT,
        required=False,
        validators=[refuse_forbidden_text],
    )
    text = forms.CharField(
        label=_("本文"),
        widget=forms.Textarea({"rows": 6}),
        max_length=2000,
        strip=False,
        validators=[refuse_forbidden_text],
    )
    reason = forms.CharField(
        label=_("変更の理由"), max_length=200, validators=[refuse_forbidden_text]
    )

    def __init__(self, *given: Any, of: Template, **named: Any) -> None:
        super().__init__(*given, **named)
        self.of = of
        if of.carrier == Carrier.SMS:
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """Hold the words against the rules of wording."""
        given: dict[str, Any] = super().clean() or {}
        text = given.get("text")
        if text is not None:
            given["text"] = text.replace("\r\n", "\n").strip()
            draft = words.draft(
                kind=self.of.kind,
                carrier=self.of.carrier,
                subject=given.get("subject", ""),
                text=given["text"],
            )
            for problem in problems(draft):
                self.add_error("text", problem)
        return given


LARGEST_RATE, LARGEST_DAY = 1_000, 1_000_000
# Letters a network shows as the sender, or a number of our own; nothing that could be two lines.
SMS_NAME = r"^(?=.*[A-Za-z])[A-Za-z0-9]{2,11}$|^\+[1-9][0-9]{7,14}$|^[0-9]{4,6}$"
CLOCKS = ("quiet_from", "quiet_until", "remind_from")
LIMITS = {
    "sms_per_second": (1, LARGEST_RATE),
    "sms_daily_cap": (1, LARGEST_DAY),
    "sms_daily_cap_per_number": (1, 100),
    "remind_told_hours": (0, 24),
    "remind_morning_minutes": (0, 720),
    "receipt_hours": (1, 72),
}


class SenderForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """From whom, when and how much is sent; the token is typed and never shown."""

    sms_account = forms.RegexField(
        r"^AC[0-9a-f]{32}$", label=_("SMSのアカウント"), required=False,
        error_messages={"invalid": _("ACで始まる34文字です。")},
    )  # fmt: skip
    token = forms.RegexField(
        r"^[!-~]{8,200}$", label=_("SMSのトークン"), required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("変えるときだけ入力します。保存したトークンはだれにも表示しません。"),
        error_messages={"invalid": _("半角の英数字と記号で8文字以上です。")},
    )  # fmt: skip
    sms_name = forms.RegexField(
        SMS_NAME, label=_("SMSの送信元"), required=False,
        help_text=_("英字を含む半角英数字2～11文字、または+で始まる番号です。"),
        error_messages={"invalid": _("英字を含む半角英数字2～11文字、または+で始まる番号です。")},
    )  # fmt: skip
    mail_address = forms.EmailField(label=_("メールの送信元"), required=False)
    reason = forms.CharField(
        label=_("変更の理由"), max_length=LONGEST_REASON, validators=[refuse_forbidden_text]
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Sender
        fields = (
            "quiet_from", "quiet_until", "remind_from", "remind_told_hours",
            "remind_morning_minutes", "remind_late", "receipt_hours", "sms_per_second",
            "sms_daily_cap", "sms_daily_cap_per_number", "sms_name", "mail_address",
            "sms_account",
        )  # fmt: skip
        widgets = {name: forms.TimeInput({"type": "time"}, format="%H:%M") for name in CLOCKS}
        help_texts = {
            "quiet_from": _("予約・変更・取消の直後のお知らせと確認コードは、この間も送ります。"),
            "quiet_until": _("同じ時刻を二つ入れると、いつでも送ります。"),
            "remind_morning_minutes": _("前日に送れなかったお知らせは、当日の朝「本日」として送ります。"),
            "remind_late": _("当日の朝にも間に合わないときです。"),
        }  # fmt: skip

    field_order = (*Meta.fields, "token", "reason", "based_on")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, (least, most) in LIMITS.items():
            label, words = self.fields[name].label, self.fields[name].help_text
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, help_text=words
            )
        for name in (*CLOCKS, *LIMITS):
            self.fields[name].width = "short"  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        given = dict(self.cleaned_data)
        more = {name: given.pop(name) for name in ("token", "reason", "based_on")}
        return {"values": given} | more
