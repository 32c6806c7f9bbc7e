"""What is typed about prints: one of them, the printer's own file, the step that followed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import reason
from exchange.layouts.reading import ENCODINGS
from exchange.medium_forms import text
from exchange.print_logs import Printed
from shared import calendar

_MOST = 9_999_999
_MOST_BYTES = 1_000_000


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class EnterPrint(forms.Form):
    """One print: the five attributes, and what was planned."""

    computer = text(_("印刷元コンピュータ名"), 63)
    printed_at = _moment(_("印刷日時"))
    file_name = text(_("印刷ファイル名"), 255)
    printer = text(_("印刷先プリンタ名"), 63)
    sheets = forms.IntegerField(label=_("印刷枚数"), min_value=1, max_value=_MOST)
    planned = forms.IntegerField(label=_("予定枚数"), min_value=0, max_value=_MOST)
    reason = reason(
        _("超過理由"), required=False, hint=_("印刷枚数が予定枚数を超えたときは必ず書きます。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file_name"].help_text = _("個人の名前や番号を入れない名前にしてください。")

    def printed(self) -> Printed:
        """What was typed, as the verb takes it."""
        return Printed(**self.cleaned_data)


class PrintLogFile(forms.Form):
    """The printer's own log, by the layout PLG."""

    encoding = forms.ChoiceField(
        label=_("文字コード"),
        choices=list(ENCODINGS.items()),
        initial="cp932",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("印刷ログのファイル"),
        help_text=_(
            "レイアウト PLG のCSV。1 MB、5,000行まで。一行でも誤りがあれば、全体を取り込みません。"
        ),
        error_messages={"required": _("ファイルを選んでください。")},
    )

    def clean_file(self) -> bytes:
        """Its content, where it is no larger than a log can be."""
        given = self.cleaned_data["file"]
        if given.size > _MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。"), code="large")
        return bytes(given.read())


class NoteNextStep(forms.Form):
    """What was begun with the sheets."""

    words = text(_("次の工程"), 60)
    begun_at = _moment(_("始めた日時"))


class MonthChoice(forms.Form):
    """The month of a log."""

    month = forms.RegexField(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z", label=_("月"), max_length=7)

    def first(self) -> Any:
        """Its first day."""
        return calendar.parse_day(f"{self.cleaned_data['month']}-01")
