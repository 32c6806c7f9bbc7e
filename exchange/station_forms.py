"""What is typed about a station: its name and where it stands."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forbidden_items import refuse_forbidden_text


class RegisterStation(forms.Form):
    """The browser that sends this becomes the station."""

    name = forms.CharField(
        label=_("端末の名前"), max_length=60, validators=[refuse_forbidden_text],
        help_text=_("例：保健予防課 名簿用1号"),
    )  # fmt: skip
    place = forms.CharField(label=_("置き場所"), max_length=60, validators=[refuse_forbidden_text])
