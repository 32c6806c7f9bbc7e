"""Reservations and chosen places in words (予約内容)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.contacts import Contact
from booking.models import Reservation, Resident
from booking.presenters.chooser import is_english
from booking.presenters.programmes import said
from booking.programme_choice import most_doses
from privacy import masking
from shared import phone
from venues.models import Venue


def dose_words(dose_number: int, *, doses: int = 2) -> str:
    """1回目; where one is all there is, nothing."""
    return _("%(dose)s回目") % {"dose": dose_number} if doses > 1 else _("予約")


@dataclass(frozen=True)
class Visit:
    """A reservation as its holder reads it."""

    reservation: Reservation

    @property
    def number(self) -> str:
        """What is read out on the telephone."""
        return self.reservation.reservation_number

    @property
    def dose_number(self) -> int:
        """Which dose."""
        return self.reservation.dose_number

    @property
    def dose(self) -> str:
        """Which dose, in words."""
        words = dose_words(self.reservation.dose_number, doses=self._doses)
        programme = said(self.reservation.programme_id)
        return f"{programme} {words}" if programme else words

    @property
    def _doses(self) -> int:
        return max(most_doses(self.reservation.programme_id), self.reservation.dose_number)

    @property
    def starts_at(self) -> datetime:
        """When to come."""
        return self.reservation.slot.starts_at

    @property
    def venue(self) -> "VenueFacts":
        """Where to come."""
        return VenueFacts(self.reservation.slot.opening.venue)


@dataclass(frozen=True)
class VenueFacts:
    """A venue with all that a visitor needs, in the language of the page."""

    venue: Venue

    @property
    def name(self) -> str:
        """Its name."""
        return self._in_english("name")

    @property
    def address(self) -> str:
        """Where it is."""
        return self._in_english("address")

    @property
    def access(self) -> str:
        """How to get there."""
        return self._in_english("access")

    @property
    def what_to_bring(self) -> str:
        """What to bring."""
        return self._in_english("what_to_bring")

    def _in_english(self, name: str) -> str:
        plain: str = getattr(self.venue, name)
        return (getattr(self.venue, f"{name}_en") or plain) if is_english() else plain


def visits(reservations: Sequence[Reservation]) -> list[Visit]:
    """Reservations in order of the dose."""
    order = sorted(reservations, key=lambda one: (one.programme_id, one.dose_number))
    return [Visit(one) for one in order]


def contact_lines(contact: Contact) -> list[tuple[str, str]]:
    """A contact just typed, in full: its owner checks it."""
    found = []
    if contact.phone:
        found.append((_("電話番号"), phone.national(contact.phone)))
    if contact.email:
        found.append((_("メールアドレス"), contact.email))
    return found


def masked_contact(resident: Resident) -> list[tuple[str, str]]:
    """The contact on record, masked."""
    found = []
    if resident.phone:
        found.append((_("電話番号"), masking.telephone(resident.phone, readable=masking.OWN_TAIL)))
    if resident.email:
        found.append((_("メールアドレス"), masking.mail(resident.email)))
    return found


def initial_contact(contact: Contact | None) -> dict[str, str]:
    """What a form shows of a contact typed before."""
    if contact is None:
        return {}
    number = phone.national(contact.phone) if contact.phone else ""
    return {"phone": number, "email": contact.email or ""}
