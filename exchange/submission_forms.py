"""What is typed about a submission."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.medium_forms import text
from exchange.models import Submission
from shared import calendar


class EnterSubmission(forms.Form):
    """A month's log of PCs or list of entries."""

    kind = forms.ChoiceField(label=_("種類"), choices=Submission.Kind, widget=forms.RadioSelect)
    organisation = text(_("提出した組織"), 60)
    month = forms.RegexField(
        r"20[0-9]{2}-(0[1-9]|1[0-2])\Z",
        label=_("対象の月"),
        max_length=7,
        help_text=_("例：2026-05"),
    )
    place = text(_("保管場所"), 100)

    def clean_month(self) -> date:
        """Its first day."""
        return calendar.parse_day(f"{self.cleaned_data['month']}-01")
