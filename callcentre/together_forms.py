"""What an operator chooses who books several people at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import group_claims
from booking.models import Reservation
from callcentre.forms import EMPTY
from callcentre.models import CallParty
from venues.models import Channel


class WhichDayForm(forms.Form):
    """Where and when; the times are shown then."""

    venue = forms.TypedChoiceField(label=_("会場"), coerce=int)
    day = forms.DateField(
        label=_("日"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, venues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue = self.fields["venue"]
        assert isinstance(venue, forms.ChoiceField)
        venue.choices = venues


class PeopleForm(forms.Form):
    """Whom of the call, from which slot on, which dose, who speaks, and that all agreed."""

    people = forms.MultipleChoiceField(
        label=_("まとめて予約する人"), widget=forms.CheckboxSelectMultiple
    )
    dose = forms.IntegerField(label=_("接種回"), min_value=1, max_value=9, initial=1)
    slot = forms.TypedChoiceField(label=_("はじめの枠"), coerce=int, widget=forms.RadioSelect)
    speaker = forms.ChoiceField(label=_("話している人"))
    consent = forms.BooleanField(error_messages={"required": group_claims.ConsentMissing.words})
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, parties: list[CallParty], times: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        words = _("%(n)s人目")
        labels = dict(Reservation.Speaker.choices)
        people, slot, speaker = (self.fields[name] for name in ("people", "slot", "speaker"))
        assert isinstance(people, forms.MultipleChoiceField)
        assert isinstance(slot, forms.ChoiceField)
        assert isinstance(speaker, forms.ChoiceField)
        people.choices = [(str(one.pk), words % {"n": one.position}) for one in parties]
        people.initial = [str(one.pk) for one in parties]
        slot.choices = times
        speaker.choices = [
            *EMPTY, *((one, labels[one]) for one in group_claims.speakers(Channel.PHONE)),
        ]  # fmt: skip
        self.fields["consent"].label = group_claims.consent_words()
