"""What is typed about messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications import words
from notifications.message_templates import Template
from notifications.models.attempt import Result
from notifications.models.message import Carrier
from notifications.wording import LONGEST_SUBJECT, problems
from shared.forbidden_items import refuse_forbidden_text


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


class CallResult(forms.Form):
    """What came of a call."""

    outcome = forms.ChoiceField(
        label=_("結果"),
        widget=forms.RadioSelect,
        choices=[
            (Result.TOLD, _("本人に伝えた")),
            (Result.NO_ANSWER, _("応答なし（リストに残す）")),
            (Result.WRONG_NUMBER, _("番号違い（リストに残す）")),
            (Result.NOT_NEEDED, _("連絡は不要になった")),
        ],
    )
