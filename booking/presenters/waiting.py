"""Entries and offers of the waiting list in words (キャンセル待ち)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking import waiting_list
from booking.dose_addresses import DoseOf
from booking.models import LeftoverOffer, WaitingListEntry, WaitingListOffer, WaitingOrder
from booking.presenters.chooser import is_english
from booking.presenters.programmes import said
from booking.presenters.visits import VenueFacts, dose_words
from booking.programme_choice import several
from booking.waiting_forms import LEFTOVERS, NOTICES
from booking.waiting_list import orders
from venues import directory

State = WaitingListEntry.State


def venue_choices() -> list[tuple[int, str]]:
    """Every open venue, in the language of the page."""
    return [
        (one.pk, (one.name_en or one.name) if is_english() else one.name)
        for one in directory.venues()
        if one.is_open
    ]


@dataclass(frozen=True)
class EntryLine:
    """An entry as its owner reads it."""

    entry: WaitingListEntry
    offer: WaitingListOffer | None
    venue_names: Mapping[int, str]

    @property
    def dose(self) -> str:
        """Which dose, in words."""
        words = dose_words(self.entry.dose_number)
        programme = said(self.entry.programme_id)
        return f"{programme} {words}" if programme else words

    @property
    def address(self) -> DoseOf:
        """How addresses name it."""
        return DoseOf(self.entry.dose_number, self.entry.programme_id if several() else None)

    @property
    def venues(self) -> str:
        """The wished venues."""
        names = [self.venue_names.get(pk, "") for pk in self.entry.venue_ids]
        return "、".join(name for name in names if name) or _("どの会場でも")

    @property
    def notice(self) -> str:
        """How much notice is needed."""
        known = dict(NOTICES)
        hours = self.entry.notice_hours
        return str(known.get(hours) or _("%(hours)s時間前まで") % {"hours": hours})

    @property
    def leftover(self) -> str:
        """Whether and how soon they can come for a leftover dose."""
        known = {value: words for value, words in LEFTOVERS if value}
        return str(known.get(self.entry.leftover_minutes or 0, ""))

    @property
    def is_paused(self) -> bool:
        """Whether offers wait until somebody says so."""
        return self.entry.state == WaitingListEntry.State.PAUSED


@dataclass(frozen=True)
class OfferLine:
    """An offer: day and venue, and nothing about the person."""

    offer: WaitingListOffer

    @property
    def starts_at(self) -> datetime:
        """When the slot begins."""
        return self.offer.slot.starts_at

    @property
    def until(self) -> datetime:
        """Until when an answer counts."""
        return self.offer.until

    @property
    def venue(self) -> VenueFacts:
        """Where it is."""
        return VenueFacts(self.offer.slot.opening.venue)


@dataclass(frozen=True)
class LeftoverLine:
    """Leftover doses: by when to be where, and nothing about the person."""

    offer: LeftoverOffer

    @property
    def comes_by(self) -> datetime:
        """By when to be at the venue."""
        return self.offer.call.slot.starts_at

    @property
    def until(self) -> datetime:
        """Until when an answer counts."""
        return self.offer.call.until

    @property
    def venue(self) -> VenueFacts:
        """Where it is."""
        return VenueFacts(self.offer.call.slot.opening.venue)


def lines(entries: list[WaitingListEntry], *, at: datetime) -> list[EntryLine]:
    """Entries with what is being offered for them."""
    names = {one.pk: VenueFacts(one).name for one in directory.venues()} if entries else {}
    return [EntryLine(one, waiting_list.open_offer(one, at=at), names) for one in entries]


@dataclass(frozen=True)
class OrdersPage:
    """All that the staff's page of the waiting list shows."""

    now: orders.Check | None
    past: list[orders.Check]
    counts: list[tuple[str, int]]

    @classmethod
    def of(cls, now: WaitingOrder | None, past: list[WaitingOrder]) -> "OrdersPage":
        """The page, everything worked out again while it is opened."""
        return cls(
            orders.verify(now) if now else None,
            [orders.verify(one) for one in past],
            [(str(State(state).label), count) for state, count in orders.counts()],
        )
