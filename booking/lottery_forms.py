"""What officers type about a lottery, and what residents apply with."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms import NoticedContact
from booking.lottery.drawing import Wish
from booking.models import Lottery, PriorityGroup
from booking.release_forms import Shown, check_days, clock_field, moment_fields, moment_of
from booking.rule_forms import Reason
from shared.forbidden_items import refuse_forbidden_texts
from venues.forms import day_field
from venues.models import Channel, Programme, Vaccine

WISHES = 3
PART_CHOICES = (
    ("", _("いつでも")), ("am", _("午前")), ("pm", _("午後（17時まで）")), ("evening", _("17時以降")),
)  # fmt: skip


class LotteryForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """Which places, for whom, and the window in which people apply."""

    programme = forms.ModelChoiceField(label=_("事業"), queryset=Programme.objects.none())
    vaccine = forms.ModelChoiceField(label=_("ワクチン"), queryset=Vaccine.objects.none())
    group = forms.ModelChoiceField(
        label=_("優先区分"), queryset=PriorityGroup.objects.none(), required=False,
        empty_label=_("すべての区分"),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("使う枠"), choices=[(Channel.RESERVE, _("予備の枠")), (Channel.WEB, _("インターネットの枠"))],
        help_text=_("ふだんは予備の枠を使います。抽選が終わるまで、先着順では予約されません。"),
    )  # fmt: skip
    day_from = day_field(_("接種日（はじめ）"))
    day_until = day_field(_("接種日（おわり）"))
    opens_day = day_field(_("申込開始日"))
    opens_time = clock_field(_("申込開始の時刻"), initial=time(9, 0))
    closes_day = day_field(_("申込締切日"))
    closes_time = clock_field(_("申込締切の時刻"), initial=time(17, 0))
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Lottery
        fields = (
            "name", "programme", "vaccine", "group", "channel", "day_from", "day_until",
            "with_pairs", "opens_day", "opens_time", "closes_day", "closes_time",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.edited_at:
            moment_fields(self, "opens", self.instance.opens_at)
            moment_fields(self, "closes", self.instance.closes_at)
        self.initial["shown"] = self.instance.version
        for name, rows in (
            ("programme", Programme.objects.all()), ("vaccine", Vaccine.objects.all()),
            ("group", PriorityGroup.objects.all()),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        refuse_forbidden_texts(self)

    def clean(self) -> dict[str, Any]:
        """Days and window in order."""
        check_days(self)
        typed = {"opens_day", "opens_time", "closes_day", "closes_time"}
        in_order = not typed & set(self.errors) and moment_of(self, "opens") < moment_of(
            self, "closes"
        )
        if not in_order and not typed & set(self.errors):
            self.add_error("closes_day", _("申込締切は申込開始より後にしてください。"))
        return self.cleaned_data

    def lottery(self) -> Lottery:
        """The typed lottery, not yet kept."""
        found: Lottery = self.save(commit=False)
        found.opens_at, found.closes_at = moment_of(self, "opens"), moment_of(self, "closes")
        return found


class CallOffForm(Shown, Reason):
    """Why there is no draw."""

    field_order = ("reason", "shown")


class ApplicationForm(NoticedContact):
    """Wishes in order, how to be told, and the notice that was read."""

    def __init__(
        self,
        *args: Any,
        venues: Sequence[tuple[object, str]],
        days: tuple[date, date],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        for number in range(1, WISHES + 1):
            self._add_wish(number, venues)
        names = [name for name in self.fields if name[-1].isdigit()]
        self.order_fields([*names, "phone", "email", "notice"])
        self.fields["phone"].help_text = _("結果をお知らせします。")

    def _add_wish(self, number: int, venues: Sequence[tuple[object, str]]) -> None:
        said = {"n": number}
        must = number == 1
        self.fields[f"venue_{number}"] = forms.ChoiceField(
            label=_("第%(n)s希望の会場") % said, required=False,
            choices=[*([] if must else [("", _("希望しない"))]), ("any", _("どの会場でも")), *venues],
        )  # fmt: skip
        day = day_field(_("第%(n)s希望の日") % said)
        day.required, day.help_text = False, _("空のときは、期間のどの日でも。")
        self.fields[f"day_{number}"] = day
        self.fields[f"part_{number}"] = forms.ChoiceField(
            label=_("第%(n)s希望の時間帯") % said, required=False, choices=PART_CHOICES
        )

    def clean(self) -> dict[str, Any]:
        """Days of the lottery only; no wish twice."""
        found = super().clean()
        first, last = self.days
        for number in range(1, WISHES + 1):
            day = found.get(f"day_{number}")
            if day and not first <= day <= last:
                self.add_error(f"day_{number}", _("抽選の期間の日を選んでください。"))
        if not self.errors and len(set(self.wishes())) < len(self.wishes()):
            self.add_error("venue_2", _("同じ希望が二つあります。"))
        return found

    def wishes(self) -> list[Wish]:
        """The wishes in order."""
        given = self.cleaned_data
        found = []
        for number in range(1, WISHES + 1):
            venue = given.get(f"venue_{number}") or ("any" if number == 1 else "")
            if venue:
                venue_id = None if venue == "any" else int(venue)
                part = given.get(f"part_{number}") or None
                found.append(Wish(venue_id, given.get(f"day_{number}"), part))
        return found


def initial_wishes(kept: list[dict[str, Any]]) -> dict[str, Any]:
    """What the form shows of wishes made before."""
    shown: dict[str, Any] = {}
    for number, one in enumerate(map(Wish.read, kept), start=1):
        shown |= {f"venue_{number}": one.venue_id or "any", f"day_{number}": one.day,
                  f"part_{number}": one.part or ""}  # fmt: skip
    return shown
