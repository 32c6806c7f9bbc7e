"""Why a reservation is cancelled or moved late, and what becomes of the doses after it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.change_limits import PASS_REASONS, Later
from callcentre import claims
from callcentre.forms import EMPTY


class CancelForm(forms.Form):
    """Why a reservation is cancelled."""

    reason = forms.ChoiceField(
        label=_("取消の理由"), choices=[*EMPTY, *claims.CANCEL_REASONS.items()]
    )
    later = forms.ChoiceField(
        label=_("次の回の予約"),
        required=False,
        choices=[
            *EMPTY,
            (Later.KEEP, _("残す")),
            (Later.MOVE, _("別の日時に変える")),
            (Later.CANCEL, _("いっしょに取り消す")),
        ],
    )

    @property
    def decided(self) -> Later | None:
        """What becomes of the later doses, as the caller said."""
        found = self.cleaned_data.get("later")
        return Later(found) if found else None


class PassForm(forms.Form):
    """Why an operator moves a reservation beyond a limit."""

    pass_reason = forms.ChoiceField(
        label=_("締切・回数を超える理由"), choices=[*EMPTY, *PASS_REASONS.items()]
    )
