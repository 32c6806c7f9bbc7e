"""What an operator is in the middle of, as the address of the page carries it: ids, no names."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from callcentre.claims import CANCEL_REASONS
from shared.figures import whole_number

BOOK, MOVE, CANCEL, TOLD, NOTHING = "book", "move", "cancel", "told", ""
WARD, CONTACT, WAIT = "ward", "contact", "wait"
KINDS = frozenset({BOOK, MOVE, CANCEL, TOLD, WARD, CONTACT, WAIT})


@dataclass(frozen=True)
class Errand:
    """Which doses are booked or which reservation is changed, and the slots chosen so far."""

    party_id: UUID | None = None
    kind: str = NOTHING
    reservation_id: UUID | None = None
    doses: tuple[int, ...] = ()
    slots: dict[int, int] = field(default_factory=dict)
    venue_id: int | None = None
    day: date | None = None
    since: date | None = None
    cancels: UUID | None = None  # an earlier dose that is given up with this move
    reason: str = ""
    programme_id: int | None = None  # where there are several

    @classmethod
    def read(cls, query: QueryDict) -> "Errand":
        """The errand of an address; what cannot be read is left out."""
        kind = query.get("do", "")
        return cls(
            party_id=_uuid(query.get("party", "")),
            kind=kind if kind in KINDS else NOTHING,
            reservation_id=_uuid(query.get("r", "")),
            programme_id=whole_number(query.get("p", "")) or None,
            cancels=_uuid(query.get("x", "")),
            reason=reason if (reason := query.get("why", "")) in CANCEL_REASONS else "",
            doses=tuple(sorted({n for n in map(whole_number, query.getlist("d")) if n})),
            slots={
                dose: slot
                for dose in range(1, 10)
                if (slot := whole_number(query.get(f"s{dose}", ""))) is not None
            },
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The errand as names and values, for hidden fields and addresses."""
        found: list[tuple[str, object]] = [
            ("party", self.party_id),
            ("do", self.kind),
            ("r", self.reservation_id),
            ("p", self.programme_id),
            ("x", self.cancels),
            ("why", self.reason),
        ]
        found += [("d", dose) for dose in self.doses]
        found += [(f"s{dose}", slot) for dose, slot in sorted(self.slots.items())]
        return [(name, str(value)) for name, value in found if value]

    def url(self, *more: tuple[str, object]) -> str:
        """The desk's page for this errand."""
        pairs = [*self.pairs(), *((name, str(value)) for name, value in more)]
        return f"{reverse('callcentre:desk')}?{urlencode(pairs)}"

    def begin(self, kind: str, *, reservation_id: UUID | None = None) -> "Errand":
        """Another errand of the same party."""
        return Errand(self.party_id, kind, reservation_id)

    def only(self, doses: Iterable[int]) -> "Errand":
        """The same errand for these doses."""
        wanted = tuple(doses)
        kept = {dose: slot for dose, slot in self.slots.items() if dose in wanted}
        return replace(self, doses=wanted, slots=kept)

    def still(self, held: dict[int, int]) -> "Errand":
        """The same errand with those slots only that are held; the others are chosen again."""
        return replace(self, slots={d: one for d, one in self.slots.items() if held.get(d) == one})

    def without(self, dose: int) -> "Errand":
        """The same errand with one slot to choose again."""
        return replace(self, slots={d: slot for d, slot in self.slots.items() if d != dose})


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None
