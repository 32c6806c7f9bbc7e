"""What is typed about a medium: when it is given, and how it ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange import parcels
from exchange.models import Medium, Parcel
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import DayField


def text(label: Any, length: int) -> forms.CharField:
    """One line of words; what may never enter does not enter here either."""
    return forms.CharField(label=label, max_length=length, validators=[refuse_forbidden_text])


class EnterMedium(forms.Form):
    """A medium that was given."""

    number = text(_("媒体の管理番号"), 40)
    kind = text(_("媒体の種類"), 40)
    content = text(_("情報の内容"), 200)
    data_place = text(_("媒体の保管場所"), 60)
    notice_place = text(_("パスワード通知書の保管場所"), 60)
    given_on = DayField(label=_("提供した日"))

    parcel = forms.ModelChoiceField(
        label=_("元のファイル"),
        queryset=Parcel.objects.none(),
        empty_label="－",
        required=False,
        help_text=_("ここで作ったファイルを書き込んだときに選びます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parcel"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = parcels.given_out()


class EndMedium(forms.Form):
    """That it came back or was erased, and how."""

    ending = forms.ChoiceField(
        label=_("返却・消去"), choices=Medium.Ending, widget=forms.RadioSelect
    )
    words = text(_("方法と立会い"), 200)
