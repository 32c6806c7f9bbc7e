"""Transfers as their pages say them (振替の表示)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking import transfers
from booking.models import Transfer, TransferEvent, TransferLine
from booking.transfers import Totals
from notifications.models.message import FOR_A_PERSON, Carrier, State
from shared.templatetags.words import clock, short_day
from venues.models import Slot

Line = TransferLine.State
TONES = {
    Transfer.State.PLANNING: "info", Transfer.State.PROPOSED: "caution",
    Transfer.State.SENDING: "info", Transfer.State.SENT: "positive",
    Transfer.State.UNDONE: "neutral",
}  # fmt: skip
LINE_TONES = {
    Line.PROPOSED: "positive", Line.MOVED: "positive", Line.NO_PLACE: "caution",
    Line.TO_CALL: "caution", Line.FLAGGED: "caution",
}  # fmt: skip


@dataclass(frozen=True)
class TransferRow:
    """A transfer with what it is about."""

    transfer: Transfer

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return TONES[Transfer.State(self.transfer.state)]

    @property
    def venue(self) -> str:
        """Which venue is closed."""
        return self.transfer.opening.venue.shown_name

    @property
    def scope(self) -> str:
        """The day, or the one slot of it."""
        slot = self.transfer.slot
        return clock(slot.starts_at) if slot else _("この日すべて")


@dataclass(frozen=True)
class PersonLine:
    """One reservation as the list shows it: no name, no number of a telephone."""

    line: TransferLine

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return LINE_TONES.get(Line(self.line.state), "neutral")

    @property
    def target(self) -> str:
        """Where the person goes, or went."""
        bucket = self.line.bucket
        return place_words(bucket.slot) if bucket else ""

    @property
    def channel(self) -> str:
        """From which share of the slot."""
        return str(self.line.bucket.get_channel_display()) if self.line.bucket else ""

    @property
    def way(self) -> str:
        """By which way the person is told, or was."""
        carrier = getattr(self.line, "told_by", None) or self.line.carrier
        return str(Carrier(carrier).label) if carrier else _("連絡先なし")

    @property
    def told(self) -> str:
        """How far the word is."""
        state = getattr(self.line, "told_state", None)
        return str(State(state).label) if state else ""

    @property
    def told_tone(self) -> str:
        """Whether a person must see to it."""
        state = getattr(self.line, "told_state", None)
        if state in FOR_A_PERSON:
            return "caution"
        return "positive" if state in {State.DELIVERED, State.TOLD} else "neutral"

    @property
    def may_change(self) -> bool:
        """Whether another place may be chosen for it."""
        return self.line.state in TransferLine.TO_SEND


def place_words(slot: Slot) -> str:
    """Day, time and venue of a slot."""
    day = short_day(slot.starts_at)
    return f"{day} {clock(slot.starts_at)} {slot.opening.venue.shown_name}"


def people(rows: Iterable[TransferLine]) -> list[PersonLine]:
    """The lines of a page."""
    return [PersonLine(one) for one in rows]


def figures_of(totals: Totals) -> list[tuple[str, int, str]]:
    """The numbers above the list: words, how many, tone; those that are nought are left out."""
    found = [(_("全員"), totals.all, "neutral")]
    found += [
        (str(state.label), totals.states[state], LINE_TONES.get(state, "neutral"))
        for state in Line
        if totals.states[state]
    ]
    if totals.by_telephone:
        found.append((_("振替先があり、電話だけで連絡する方"), totals.by_telephone, "caution"))
    return found


def page_of(transfer: Transfer, *, at: datetime) -> dict[str, Any]:
    """What the page of a transfer shows besides its list."""
    totals = transfers.totals_of(transfer)
    is_planning = transfer.state == Transfer.State.PLANNING
    return {
        "transfer": transfer,
        "row": TransferRow(transfer),
        "totals": totals,
        "figures": figures_of(totals),
        "done": totals.looked_for if is_planning else totals.settled,
        "targets": [(place_words(one.slot), one) for one in transfers.targets_of(transfer)],
        "events": [_event_words(one) for one in transfers.events_of(transfer)],
        "is_over_time": transfer.state == Transfer.State.PROPOSED and transfer.kept_until <= at,
        "is_open_again": transfers.is_open_again(transfer),
        "may_undo": transfer.state in {Transfer.State.PLANNING, Transfer.State.PROPOSED},
    }


def _event_words(event: TransferEvent) -> dict[str, Any]:
    count = _("%(count)d件") % {"count": event.count} if event.count is not None else ""
    return {
        "happened_at": event.happened_at,
        "what": event.get_what_display(),
        "count": count,
        "who": event.done_by.display_name if event.done_by else "",
        "reason": event.reason,
    }
