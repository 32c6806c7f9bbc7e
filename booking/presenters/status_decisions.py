"""Bookings to decide on, as staff read them: one card a person (予約の判断)."""

from dataclasses import dataclass, field

from booking.models import Reservation, Resident, StatusDecision
from booking.presenters.visits import Visit
from privacy import masking
from privacy.masking import Shown


@dataclass(frozen=True)
class ToDecide(Visit):
    """One booking and why it waits."""

    @property
    def status(self) -> str:
        """The value that the decision must name."""
        return str(self.reservation.status)  # type: ignore[attr-defined]  # annotated by the verb

    @property
    def pk(self) -> str:
        """Of the reservation."""
        return str(self.reservation.pk)

    @property
    def version(self) -> int:
        """Of the reservation as it is shown."""
        return self.reservation.version


@dataclass(frozen=True)
class Person:
    """Somebody with bookings to decide on."""

    resident: Resident
    role: str
    visits: list[ToDecide] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As far as the role sees it."""
        return masking.shown(Shown.NAME, self.resident.name, role=self.role)

    @property
    def born_on(self) -> str:
        """As far as the role sees it."""
        return masking.shown(Shown.BORN_ON, str(self.resident.born_on or ""), role=self.role)

    @property
    def status(self) -> str:
        """In words."""
        return str(StatusDecision.Status(self.visits[0].status).label)

    @property
    def is_deceased(self) -> bool:
        """Whether nothing must be sent."""
        return self.visits[0].status == StatusDecision.Status.DECEASED


def people(found: list[Reservation], *, role: str) -> list[Person]:
    """One entry a person, the soonest visit first."""
    cards: dict[str, Person] = {}
    for one in found:
        card = cards.setdefault(str(one.resident_id), Person(one.resident, role))
        card.visits.append(ToDecide(one))
    return list(cards.values())
