"""Django's own sentences about fields, said to a person instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("入力してください。")},
    forms.ChoiceField: {
        "required": _("どれかを選んでください。"),
        "invalid_choice": _("一覧の中から選んでください。"),
    },
    forms.BooleanField: {"required": _("確認して、印を付けてください。")},
    forms.FileField: {
        "required": _("ファイルを選んでください。"),
        "empty": _("ファイルが空です。別のファイルを選んでください。"),
    },
    forms.EmailField: {"invalid": _("メールアドレスの形になっていません。例：name@example.jp")},
    forms.IntegerField: {"invalid": _("数字で入力してください。")},
    forms.DateField: {"invalid": _("日付を読み取れません。例：2027-04-01")},
    forms.TimeField: {"invalid": _("時刻を読み取れません。例：10:15")},
    forms.ModelChoiceField: {
        "required": _("どれかを選んでください。"),
        "invalid_choice": _("一覧の中から選んでください。"),
    },
}


def reword() -> None:
    """Give every field made from now on our sentences; a field's own still win."""
    for field, sentences in SENTENCES.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}
