"""What is typed about a mailing: whom it is for, when it was sent, how it ended."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.mailings import Plan
from exchange.forms import SealedFileField, reason, say_refusal
from exchange.layouts.reading import ENCODINGS
from exchange.prints.results import Told
from exchange.uploads import SpoolHandler
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import DayField

OLDEST_AGE = 130


def _age(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=OLDEST_AGE)


class NewMailing(forms.Form):
    """A mailing before its print run."""

    title = forms.CharField(
        label=_("名称"),
        max_length=40,
        help_text=_("例：第1便（75歳以上）"),
        validators=[refuse_forbidden_text],
    )
    base_date = DayField(
        label=_("名簿の基準日"),
        help_text=_("最後に取り込んだ名簿の基準日です。違う日は受け付けません。"),
    )
    age_on = DayField(label=_("年齢を数える日"), help_text=_("例：年度末の令和9年3月31日"))
    youngest = _age(_("年齢（から）"))
    oldest = _age(_("年齢（まで）"))
    bill_to = forms.CharField(
        label=_("請求先"),
        max_length=20,
        help_text=_("接種券に印刷する請求先です。例：東京都見本区"),
        validators=[refuse_forbidden_text],
    )
    all_characters = forms.BooleanField(
        label=_("印刷会社は、Shift_JIS（CP932）にない文字も印字できる"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """The ages stand in their order."""
        told = super().clean() or self.cleaned_data
        youngest, oldest = told.get("youngest"), told.get("oldest")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("oldest", ValidationError(_("年齢の順序が逆です。"), code="order"))
        return told

    def plan(self) -> Plan:
        """What was said, as the verb takes it."""
        return Plan(**self.cleaned_data)


class HandInResults(forms.Form):
    """A sealed result file of the printer, and what the officer says about it."""

    rows = forms.IntegerField(
        label=_("件数"),
        min_value=1,
        help_text=_("見出しを除いた行の数。読み込んだ数と照合します。"),
    )
    encoding = forms.ChoiceField(
        label=_("文字コード"),
        choices=list(ENCODINGS.items()),
        initial="cp932",
        widget=forms.RadioSelect,
    )
    repeat_reason = reason(
        _("同じファイルを再び渡す理由"),
        required=False,
        hint=_("同じファイルを渡すときだけ書きます。"),
    )
    file = SealedFileField()

    def __init__(self, *args: Any, handler: SpoolHandler | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._handler = handler

    def clean(self) -> dict[str, Any]:
        """What the spool refused is said beside the file."""
        say_refusal(self, self._handler)
        return super().clean() or self.cleaned_data

    def told(self) -> Told:
        """What was said, as the verb takes it."""
        return Told(**{key: value for key, value in self.cleaned_data.items() if key != "file"})


class Mailed(forms.Form):
    """The day on which the envelopes were sent."""

    day = DayField(label=_("発送した日"), help_text=_("例：令和8年6月15日、2026/6/15"))


class CallOff(forms.Form):
    """Why a mailing is given up."""

    words = reason(_("取りやめる理由"))


class CloseMailing(forms.Form):
    """How many envelopes were delivered and counted."""

    counted = forms.IntegerField(
        label=_("納品された封筒の数"),
        min_value=0,
        max_value=9_999_999,
        help_text=_("納品のときの確認書の数量です。"),
    )
    words = reason(
        _("違いの説明"),
        required=False,
        hint=_("数が合わないとき、終わっていない連番があるときに書きます。"),
    )
