"""What is typed about one voucher."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import vouchers
from shared.forbidden_items import refuse_forbidden_text


class VoucherForm(forms.Form):
    """Which voucher: its number or a scanned line."""

    number = forms.CharField(
        label=_("接種券番号"), max_length=40,
        help_text=_("10桁の番号、または読み取った18桁の番号"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


class NoteForm(forms.Form):
    """What happened to it."""

    what = forms.ChoiceField(
        label=_("できごと"),
        choices=[(one.value, one.label) for one in vouchers.NOTED],
        widget=forms.RadioSelect,
        help_text=_("番号を止めると、その番号では予約できなくなります。元には戻せません。"),
    )
    words = forms.CharField(
        label=_("備考"), required=False, max_length=200, validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
