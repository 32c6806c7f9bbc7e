"""What ward officers type about the places of slots."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from shared.calendar import TOKYO
from venues.forms import Reason, day_field, number_field, time_field
from venues.models import Bucket, Channel, Opening, ReleaseRule
from venues.slots import MOST_ABOVE, MOST_PLACES


class ShiftForm(Reason):
    """Free places of a day from one channel to the other."""

    source = forms.ChoiceField(label=_("移す元"), choices=Channel, initial=Channel.PHONE)
    target = forms.ChoiceField(label=_("移す先"), choices=Channel, initial=Channel.WEB)
    slot = forms.ChoiceField(label=_("枠"))
    places = number_field(
        _("人数"), least=1, most=MOST_PLACES, required=False,
        help_text=_("空のときは、空いている人数をすべて移します。"),
    )  # fmt: skip
    field_order = ("source", "target", "slot", "places", "reason")

    def __init__(self, *args: Any, slots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["slot"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [("all", str(_("その日のすべての枠"))), *slots]

    def clean(self) -> dict[str, Any]:
        """A number of people is about one slot."""
        typed = super().clean() or self.cleaned_data
        if typed.get("source") and typed.get("source") == typed.get("target"):
            self.add_error("target", _("移す元と移す先は、別の経路を選んでください。"))
        if typed.get("slot") == "all" and typed.get("places"):
            self.add_error("places", _("すべての枠を移すときは、人数を空にしてください。"))
        return typed


class CapacityForm(Reason):
    """The capacity of every bucket of a day, with what the page showed."""

    def __init__(self, *args: Any, buckets: list[Bucket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buckets = buckets
        for bucket in buckets:
            self.fields[f"capacity-{bucket.pk}"] = forms.IntegerField(
                label=f"{localtime(bucket.slot.starts_at):%H:%M} {bucket.get_channel_display()}",
                min_value=0, max_value=MOST_PLACES, initial=bucket.capacity,
                widget=forms.NumberInput({"inputmode": "numeric", "class": "capacity"}),
                error_messages={"required": _("定員を入力してください。")},
            )  # fmt: skip
            self.fields[f"shown-{bucket.pk}"] = forms.IntegerField(
                initial=bucket.capacity, widget=forms.HiddenInput
            )

    def changes(self) -> tuple[dict[int, int], dict[int, int]]:
        """What was typed differently from what was shown: wanted and shown, by bucket."""
        wanted, shown = {}, {}
        for bucket in self.buckets:
            typed = self.cleaned_data[f"capacity-{bucket.pk}"]
            seen = self.cleaned_data[f"shown-{bucket.pk}"]
            if typed != seen:
                wanted[bucket.pk], shown[bucket.pk] = typed, seen
        return wanted, shown


class ReleaseForm(Reason):
    """A rule by which free places go to another channel."""

    kind = forms.ChoiceField(
        label=_("移し方"), choices=ReleaseRule.Kind, widget=forms.RadioSelect,
        initial=ReleaseRule.Kind.AT,
    )  # fmt: skip
    source = forms.ChoiceField(label=_("移す元"), choices=Channel, initial=Channel.PHONE)
    target = forms.ChoiceField(label=_("移す先"), choices=Channel, initial=Channel.WEB)
    days_before = number_field(
        _("開設日の何日前"), least=0, most=60, required=False, initial=1,
        help_text=_("決まった時刻に移すとき。0は当日です。"),
    )  # fmt: skip
    at_time = time_field(_("時刻"), required=False, initial=time(18, 0))
    target_below = number_field(
        _("移す先の残りがこれより少ない"), least=0, most=MOST_PLACES, required=False,
        help_text=_("残りが少なくなったら移すとき。枠ごとに確かめます。"),
    )  # fmt: skip
    source_above = number_field(
        _("移す元の残りがこれより多い"), least=0, most=MOST_PLACES, required=False
    )
    places = number_field(_("一度に移す人数"), least=1, most=MOST_PLACES, required=False)
    field_order = (
        "kind", "source", "target", "days_before", "at_time", "target_below", "source_above",
        "places", "reason",
    )  # fmt: skip

    def rule(self, opening: Opening | None) -> ReleaseRule:
        """The typed rule, not yet kept."""
        names = (
            "kind", "source", "target", "days_before", "at_time", "target_below", "source_above",
            "places",
        )  # fmt: skip
        typed = {name: self.cleaned_data[name] for name in names}
        return ReleaseRule(opening=opening, **typed)


class AllowanceForm(Reason):
    """Places above the capacity of one slot's channel, until a moment."""

    bucket = forms.ChoiceField(label=_("枠"))
    places = number_field(
        _("超過枠の人数"), least=0, most=MOST_ABOVE,
        help_text=_("定員を超えて予約できる人数です。0にすると終わります。"),
    )  # fmt: skip
    until_day = day_field(_("期限の日"))
    until_time = time_field(_("期限の時刻"), initial=time(17, 0))
    field_order = ("bucket", "places", "until_day", "until_time", "reason")

    def __init__(self, *args: Any, buckets: list[Bucket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buckets = {str(one.pk): one for one in buckets}
        chooser = self.fields["bucket"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [(key, self._said(one)) for key, one in self.buckets.items()]

    @staticmethod
    def _said(one: Bucket) -> str:
        channel = one.get_channel_display()
        return f"{localtime(one.slot.starts_at):%H:%M} {channel} {one.taken} / {one.capacity}"

    def signed(self) -> dict[str, Any]:
        """The parts of the verb that were typed."""
        typed = self.cleaned_data
        return {
            "bucket": self.buckets[typed["bucket"]],
            "places": typed["places"],
            "until": datetime.combine(typed["until_day"], typed["until_time"], tzinfo=TOKYO),
            "reason": typed["reason"],
        }


class SigningForm(Reason):
    """Whether places above a capacity take two people."""

    two = forms.BooleanField(label=_("超過枠は二人で署名する"), required=False)
    field_order = ("two", "reason")
