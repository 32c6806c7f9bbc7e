"""What ward officers type about a release plan."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from booking.models import PriorityGroup, ReleasePlan, ReleaseRow
from booking.rule_forms import Reason
from shared.calendar import TOKYO
from shared.forbidden_items import refuse_forbidden_text, refuse_forbidden_texts
from shared.forms import EraDateField
from venues.forms import day_field, of_several
from venues.models import Channel, Venue
from venues.slots import MOST_PLACES

MOST_DAYS = 400  # a plan over more than a year is a slip of the keyboard
SECONDS = {"type": "time", "step": "1"}


def moment_fields(form: forms.BaseForm, name: str, moment: datetime | None) -> None:
    """Show a moment as its day and its time."""
    if moment:
        shown = moment.astimezone(TOKYO)
        form.initial.update({f"{name}_day": shown.date(), f"{name}_time": shown.time()})


def clock_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of day, to the second."""
    field = forms.TimeField(
        label=label, widget=forms.TimeInput(SECONDS, format="%H:%M:%S"),
        input_formats=["%H:%M:%S", "%H:%M"], **kwargs,
    )  # fmt: skip
    field.width = "short"  # type: ignore[attr-defined]
    return field


def check_days(form: forms.BaseForm) -> None:
    """A range of days that some people can still overlook at once."""
    first, last = form.cleaned_data.get("day_from"), form.cleaned_data.get("day_until")
    if first and last and first > last:
        form.add_error("day_until", _("日の範囲が逆になっています。"))
    elif first and last and (last - first).days > MOST_DAYS:
        form.add_error("day_until", _("範囲が長すぎます。年を確かめてください。"))


def moment_of(form: forms.BaseForm, name: str) -> datetime:
    """The day and time typed, as one moment."""
    typed = form.cleaned_data
    return datetime.combine(typed[f"{name}_day"], typed[f"{name}_time"], tzinfo=TOKYO)


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """What the ward has announced, and what it expects."""

    announced_day = day_field(_("公表した受付開始日"))
    announced_time = clock_field(_("その時刻"), initial=time(9, 0))
    day_from = day_field(_("公表した接種日（はじめ）"))
    day_until = day_field(_("公表した接種日（おわり）"))
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ReleasePlan
        fields = (
            "name",
            "programme",
            "announced_day",
            "announced_time",
            "day_from",
            "day_until",
            "expected_share",
        )
        help_texts = {
            "name": _("例：6月15日の週（75歳以上）"),
            "expected_share": _("見込みの人数と枠数を比べるために使います。"),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.edited_at:
            moment_fields(self, "announced", self.instance.announced_at)
        self.initial["shown"] = self.instance.version
        share = self.fields["expected_share"]
        share.validators += [MinValueValidator(1), MaxValueValidator(100)]
        share.width = "short"  # type: ignore[attr-defined]
        refuse_forbidden_texts(self)
        of_several(self)

    def clean(self) -> dict[str, Any]:
        check_days(self)
        return self.cleaned_data

    def plan(self) -> ReleasePlan:
        """The typed plan, not yet kept."""
        found: ReleasePlan = self.save(commit=False)
        found.announced_at = moment_of(self, "announced")
        return found


def _shown_name(obj: Any) -> str:
    return str(obj.shown_name)


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """Venues, days, cohort, channel, number and the second at which it opens."""

    venue = forms.ModelChoiceField(
        label=_("会場"),
        queryset=Venue.objects.none(),
        required=False,
        empty_label=_("すべての会場"),
    )
    group = forms.ModelChoiceField(
        label=_("優先区分"), queryset=PriorityGroup.objects.none(), required=False,
        empty_label=_("すべての区分"),
    )  # fmt: skip
    day_from = day_field(_("接種日（はじめ）"))
    day_until = day_field(_("接種日（おわり）"))
    dose_number = forms.TypedChoiceField(
        label=_("接種回"), required=False, coerce=int, empty_value=None,
        choices=[("", _("どの回でも")), (1, _("1回目だけ")), (2, _("2回目だけ")), (3, _("3回目だけ"))],
    )  # fmt: skip
    places = forms.IntegerField(
        label=_("一枠あたりの放出数"), required=False, min_value=1, max_value=MOST_PLACES,
        help_text=_("空のときは、その枠の定員をすべて放出します。"),
    )  # fmt: skip
    opens_day = day_field(_("放出する日"))
    opens_time = clock_field(_("放出する時刻（秒まで）"), initial=time(9, 0))
    shown = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = ReleaseRow
        fields = (
            "venue", "day_from", "day_until", "channel", "group", "dose_number", "places",
            "opens_day", "opens_time",
        )  # fmt: skip

    def __init__(self, *args: Any, plan: ReleasePlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown"] = plan.version
        for name, rows in (("venue", Venue.objects.all()), ("group", PriorityGroup.objects.all())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
            # ModelChoiceField takes its labels from this; mypy sees a method
            field.label_from_instance = _shown_name  # type: ignore[method-assign]
        if self.instance.pk:
            moment_fields(self, "opens", self.instance.opens_at)
        else:
            self.initial.update({"day_from": plan.day_from, "day_until": plan.day_until})
            moment_fields(self, "opens", plan.announced_at)
        self.fields["channel"].initial = Channel.WEB
        self.fields["places"].width = "short"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        check_days(self)
        return self.cleaned_data

    def row(self, plan: ReleasePlan) -> ReleaseRow:
        """The typed row of this plan, not yet kept."""
        found: ReleaseRow = self.save(commit=False)
        found.plan, found.opens_at = plan, moment_of(self, "opens")
        return found


class PreviewForm(forms.Form):
    """For whom and for which moment."""

    born_on = EraDateField(label=_("生年月日"))
    dose_number = forms.TypedChoiceField(
        label=_("接種回"), coerce=int, choices=[(1, _("1回目")), (2, _("2回目")), (3, _("3回目"))]
    )
    day = day_field(_("見る日"))
    clock = clock_field(_("見る時刻"))

    def seen_at(self) -> datetime:
        """The moment typed."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"], tzinfo=TOKYO)


class Shown(forms.Form):
    """The plan as the page showed it."""

    shown = forms.IntegerField(widget=forms.HiddenInput)


class ArmForm(Shown):
    """The second person's word."""

    accepted_because = forms.CharField(
        label=_("注意があっても確定する理由"), max_length=200, required=False,
        validators=[refuse_forbidden_text],
    )  # fmt: skip


class WithdrawForm(Shown, Reason):
    """Why it is stopped."""

    field_order = ("reason", "shown")


def suggested(plan: ReleasePlan) -> dict[str, date | time | int]:
    """What the preview asks first: the moment that was announced."""
    shown = plan.announced_at.astimezone(TOKYO)
    return {"day": shown.date(), "clock": shown.time(), "dose_number": 1}
