"""What ward officers type about the door."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdoor.models import DoorRules
from shared.calendar import TOKYO
from venues.forms import day_field, number_field, reason_field, time_field


class RulesForm(forms.Form):
    """Whether people wait, and how many come in."""

    mode = forms.ChoiceField(
        label=_("待合室"), choices=DoorRules.Mode.choices, widget=forms.RadioSelect
    )
    per_minute = number_field(
        _("1分間に新しく入れる人数"), least=0, most=100_000, required=False,
        help_text=_("空のときは、画面の処理にかかる時間から自動で決めます。0にするとだれも入れません。"),
    )  # fmt: skip
    most_inside = number_field(
        _("同時に手続きする人数"), least=1, most=1_000_000, required=False,
        help_text=_("空のときは自動で決めます。1分間操作のない方は数えません。"),
    )  # fmt: skip
    reason = reason_field()


class GatheringForm(forms.Form):
    """An opening moment, and how long before it people may gather."""

    opens_on = day_field(_("受付を始める日"))
    opens_at = time_field(_("その時刻"))
    minutes = number_field(
        _("集合を始めるのは何分前"), least=1, most=180, initial=30,
        help_text=_("この間に来た方は、受付開始まで待ち、くじの順に入ります。"),
    )  # fmt: skip

    def moment(self) -> datetime:
        """When it opens."""
        typed = self.cleaned_data
        return datetime.combine(typed["opens_on"], typed["opens_at"], tzinfo=TOKYO)

    def gathers_from(self) -> datetime:
        """When people begin to gather."""
        return self.moment() - timedelta(minutes=self.cleaned_data["minutes"])
