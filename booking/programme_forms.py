"""What ward officers type about programmes and their rules."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from booking.models import ProgrammeRule
from booking.rule_forms import reason_field
from shared.forbidden_items import refuse_forbidden_texts
from venues.forms import day_field
from venues.models import Programme


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """A programme in Japanese and English, and whether it takes bookings."""

    reason = reason_field()

    class Meta:
        model = Programme
        fields = ("name", "name_en", "kind", "position", "is_open")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_forbidden_texts(self)
        self.fields["position"].width = "short"  # type: ignore[attr-defined]
        self.fields["position"].validators += [MinValueValidator(1), MaxValueValidator(99)]

    def validate_constraints(self) -> None:
        """Whether the name is free is said by the verb, with words for this page."""


class ProgrammeRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """How doses belong together from a day on."""

    effective_from = day_field(ProgrammeRule._meta.get_field("effective_from").verbose_name)
    reason = reason_field()

    class Meta:
        model = ProgrammeRule
        fields = ("programme", "effective_from", "pair_rule", "maker_rule", "unanswered")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Programme.objects.exists():  # the first is made when it is first needed
            del self.fields["programme"]

    def validate_constraints(self) -> None:
        """Whether the day is free is said by the verb, with words for this page."""
