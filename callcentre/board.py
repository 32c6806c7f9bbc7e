"""Question: the floor now (着台状況): operators and states, today's calls, places left.

All figures are computed from the raw times of calls and states; nothing is counted up.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from booking.models import ReservationEvent
from callcentre import openings
from callcentre.floor import BOARD
from callcentre.models import Call, CallNote, CallParty, DeskState
from notifications import call_list
from privacy import access_log
from shared.calendar import day_of, day_start
from tenancy import live
from venues import availability
from venues.models import Channel
from venues.picture import Picture


@dataclass(frozen=True)
class Seat:
    """One operator at a desk and what they are doing since when."""

    name: str
    state: str
    since: str
    direction: str = ""


@dataclass(frozen=True)
class Calls:
    """Today's calls by state and direction; `handled` have ended."""

    live: int
    wrap_up: int
    handled: int
    inbound: int
    outbound: int
    # Average handling time: Σ(talk + wrap-up) ÷ handled, in seconds.
    handling_seconds: int


@dataclass(frozen=True)
class VenueLeft:
    """What is left at one venue, by channel."""

    name: str
    name_en: str
    phone: int
    web: int


@dataclass(frozen=True)
class Waiting:
    """A party of a call that waits for a supervisor."""

    party_id: str
    operator: str
    position: int


@dataclass(frozen=True)
class Board:
    """The whole floor; nobody who calls is named."""

    seats: tuple[Seat, ...]
    calls: Calls
    outcomes: dict[str, int]
    done: dict[str, int]
    places: tuple[VenueLeft, ...]
    escalated: tuple[Waiting, ...]
    unopened: tuple[Waiting, ...]
    to_tell: int
    looks_without_call: int


def picture(*, at: datetime) -> Board:
    """The floor as it is now."""
    began = day_start(day_of(at))
    today = Call.objects.filter(started_at__gte=began)
    notes = CallNote.objects.filter(written_at__gte=began)
    events = ReservationEvent.objects.filter(happened_at__gte=began, call_id__isnull=False)
    return Board(
        seats=_seats(began),
        calls=_calls(list(today.values_list(*_TIMES))),
        outcomes=_counted(notes.values_list("outcome", flat=True)),
        done=_counted(events.values_list("what", flat=True)),
        places=_places(at),
        escalated=_escalated(),
        unopened=tuple(_waiting(row) for row in openings.waiting()),
        to_tell=call_list.count(),
        looks_without_call=access_log.count(what="view_without_call", since=began),
    )


def announce(*, at: datetime) -> None:
    """Publish the floor; its sequence rises only where something changed."""
    live.publish(topic=BOARD, body=_body(picture(at=at)), at=at)


def _body(board: Board) -> dict[str, Any]:
    return asdict(board)


def _seats(began: datetime) -> tuple[Seat, ...]:
    """Who is at their desk today; a state left open on another day is nobody's."""
    rows = DeskState.objects.select_related("staff").filter(
        until__isnull=True, staff__is_active=True
    )
    calls = {
        staff_id: (direction, started_at)
        for staff_id, direction, started_at in Call.objects.exclude(
            state=Call.State.ENDED
        ).values_list("operator_id", "direction", "started_at")
    }
    found = [row for row in rows if row.since >= began or row.staff_id in calls]
    return tuple(
        Seat(
            name=row.staff.display_name,
            state=row.state,
            since=row.since.isoformat(),
            direction=calls[row.staff_id][0] if row.staff_id in calls else "",
        )
        for row in sorted(found, key=lambda one: (one.state, one.since))
    )


_TIMES: Final = ("state", "direction", "started_at", "wrap_up_at", "ended_at")
type _Row = tuple[str, str, datetime, datetime | None, datetime | None]


def _calls(rows: list[_Row]) -> Calls:
    states = Counter(row[0] for row in rows)
    directions = Counter(row[1] for row in rows)
    lengths = [ended - started for _, _, started, _, ended in rows if ended is not None]
    total = sum(lengths, timedelta())
    return Calls(
        live=states[Call.State.LIVE],
        wrap_up=states[Call.State.WRAP_UP],
        handled=len(lengths),
        inbound=directions[Call.Direction.INBOUND],
        outbound=directions[Call.Direction.OUTBOUND],
        handling_seconds=int(total.total_seconds()) // len(lengths) if lengths else 0,
    )


def _counted(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(str(one) for one in values).items()))


def _places(at: datetime) -> tuple[VenueLeft, ...]:
    seq = live.sequences([availability.PLACES]).get(availability.PLACES, 0)
    found: Picture = availability.staff_places(at=at, seq=seq)
    left = found.left_by_venue()
    return tuple(
        VenueLeft(
            name=venue.name,
            name_en=venue.name_en,
            phone=left.get((venue_id, Channel.PHONE), 0),
            web=left.get((venue_id, Channel.WEB), 0),
        )
        for venue_id, venue in found.venues.items()
    )


def _escalated() -> tuple[Waiting, ...]:
    rows = CallParty.objects.select_related("call__operator").filter(
        identity=CallParty.Identity.ESCALATED, call__state=Call.State.LIVE
    )
    return tuple(_waiting(row) for row in rows.order_by("brought_in_at"))


def _waiting(row: CallParty) -> Waiting:
    return Waiting(str(row.pk), row.call.operator.display_name, row.position)


def waiting_party(party_id: UUID) -> CallParty | None:
    """An identity check that waits for a supervisor, if it still does."""
    rows = CallParty.objects.select_related("call__operator")
    return rows.filter(
        pk=party_id, identity=CallParty.Identity.ESCALATED, call__state=Call.State.LIVE
    ).first()
