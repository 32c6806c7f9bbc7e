"""What ward officers type about moving the people of a closed day."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from booking.models import Transfer, TransferLine
from booking.rule_forms import Reason
from booking.transfers import TransferWish
from shared.templatetags.words import clock, short_day
from venues.forms import number_field
from venues.models import Channel, Slot
from venues.slot_facts import SlotFacts

WHOLE_DAY = "day"


class BeginForm(Reason):
    """What is closed, and how near the other places shall be."""

    scope = forms.ChoiceField(label=gettext_lazy("休止する範囲"))
    prefer = forms.ChoiceField(
        label=gettext_lazy("振替先の選び方"), choices=Transfer.Prefer, widget=forms.RadioSelect,
        initial=Transfer.Prefer.VENUE,
    )  # fmt: skip
    days_around = number_field(
        gettext_lazy("休止する日の前後何日まで"), least=0, most=60, initial=14
    )
    notice_hours = number_field(
        gettext_lazy("今から何時間後より先の枠にするか"), least=1, most=168, initial=24,
        help_text=gettext_lazy("連絡が届いてから来場するまでの時間です。"),
    )  # fmt: skip
    field_order = ("scope", "prefer", "days_around", "notice_hours", "reason")

    def __init__(self, *args: Any, slots: list[tuple[Slot, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {str(one.pk): one for one, _ in slots}
        chooser = self.fields["scope"]
        assert isinstance(chooser, forms.ChoiceField)
        total = sum(count for _, count in slots)
        chooser.choices = [
            (WHOLE_DAY, _said(_("この日すべて"), total)),
            *((str(one.pk), _said(f"{localtime(one.starts_at):%H:%M}", count))
              for one, count in slots if count),
        ]  # fmt: skip

    def slot(self) -> Slot | None:
        """The one slot that is closed, or none where it is the whole day."""
        return self.slots.get(self.cleaned_data["scope"])

    def wish(self) -> TransferWish:
        """How near the other places shall be."""
        typed = self.cleaned_data
        return TransferWish(typed["prefer"], typed["days_around"], typed["notice_hours"])


class AimForm(forms.Form):
    """Another place for one person."""

    place = forms.ChoiceField(
        label=gettext_lazy("振替先"),
        error_messages={"invalid_choice": gettext_lazy("一覧から選んでください。")},
    )

    def __init__(self, *args: Any, places: list[tuple[SlotFacts, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for place, left in places:
            words = f"{clock(place.starts_at)} {Channel(place.channel).label}"
            left_words = _("残り%(count)d") % {"count": left}
            groups.setdefault(f"{short_day(place.day)} {venue_name(place)}", []).append(
                (str(place.bucket_id), f"{words} {left_words}")
            )
        chooser = self.fields["place"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = list(groups.items())


class Shown(forms.Form):
    """The state that the page showed."""

    shown = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)


class SendForm(Shown):
    """That somebody has looked at the list."""

    looked = forms.BooleanField(
        label=gettext_lazy("一覧を確かめました。送信すると取りやめられません。"),
        error_messages={"required": gettext_lazy("一覧を確かめてから、印を付けてください。")},
    )


class LinesForm(forms.Form):
    """Which lines are shown."""

    showing = forms.ChoiceField(label=gettext_lazy("表示"), required=False)
    number = forms.CharField(label=gettext_lazy("予約番号"), required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["showing"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [
            ("", _("すべて")), *TransferLine.State.choices, ("telephone", _("電話だけで連絡する方")),
        ]  # fmt: skip


def venue_name(place: SlotFacts) -> str:
    """A venue's name in the reader's language."""
    return place.venue_name_en if (get_language() or "ja").startswith("en") else place.venue_name


def _said(words: str, count: int) -> str:
    people = ngettext("%(count)d件の予約", "%(count)d件の予約", count) % {"count": count}
    return f"{words}（{people}）"
