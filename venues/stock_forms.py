"""What ward officers and venue officers type about vaccine lots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forbidden_items import refuse_forbidden_texts
from venues.forms import Reason, day_field, number_field
from venues.stock import MOST_VIALS


class LotForm(Reason):
    """Vials of a lot for one day."""

    lot_number = forms.CharField(
        label=_("ロット番号"), max_length=20, help_text=_("バイアルの表示どおりに。例：EP2163")
    )
    expires_on = day_field(_("使用期限"))
    doses_per_vial = number_field(_("1バイアルの回数"), least=1, most=99, initial=6)
    vials = number_field(
        _("バイアル数"), least=-MOST_VIALS, most=MOST_VIALS,
        help_text=_("減らすときは、-2のように入力します。"),
    )  # fmt: skip
    field_order = ("lot_number", "expires_on", "doses_per_vial", "vials", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_forbidden_texts(self)
