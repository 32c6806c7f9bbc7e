"""What the ward types about watch marks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forbidden_items import refuse_forbidden_text


class WatchMarkForm(forms.Form):
    """Which record, and why."""

    number = forms.CharField(
        label=_("接種券番号・予約番号"), max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("見守りにする理由"), max_length=200, validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
        help_text=_("区の職員だけが見ます。コールセンターには伝わりません。"),
    )  # fmt: skip


class LiftForm(forms.Form):
    """Why a mark is not needed any more."""

    reason = forms.CharField(
        label=_("解除する理由"), max_length=200, validators=[refuse_forbidden_text]
    )
