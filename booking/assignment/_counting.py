"""Questions: how far a plan is, how many are where and why (割当ての数)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.timezone import localtime

from booking.assignment.proposing import Place
from booking.models import AssignedPlace, AssignmentPlan, Resident
from venues import slots

State, Stands = AssignmentPlan.State, AssignedPlace.State


@dataclass(frozen=True)
class Counts:
    """How many people stand where, why some have nothing, and what people have answered."""

    states: dict[str, int]
    reasons: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Everybody who is meant."""
        return sum(self.states.values())

    @property
    def placed(self) -> int:
        """Whose proposal is still to be booked."""
        return self.states.get(Stands.PLACED, 0)

    @property
    def booked(self) -> int:
        """Who was given a place."""
        return self.states.get(Stands.BOOKED, 0)

    @property
    def without_place(self) -> int:
        """Who was not, before or after it was approved."""
        return self.states.get(Stands.NO_PLACE, 0) + self.states.get(Stands.REFUSED, 0)

    @property
    def waiting(self) -> int:
        """Who has not answered."""
        return self.answers.get("", 0)


def counts(plan: AssignmentPlan) -> Counts:
    """Counted now, in one pass over the plan's people."""
    rows = AssignedPlace.objects.filter(plan=plan).values_list("state", "why", "answer")
    found = Counts({}, {}, {})
    for state, why, answer, count in rows.annotate(count=Count("pk")):
        _add(found.states, state, count)
        if why:
            _add(found.reasons, why, count)
        if state == Stands.BOOKED:
            _add(found.answers, answer, count)
    return found


def residents(plan: AssignmentPlan) -> int:
    """How many people there are to look at."""
    return Resident.objects.count() if plan.state == State.LISTING else plan.looked_at


def places_of(plan: AssignmentPlan, *, at: datetime) -> list[Place]:
    """The places a plan may give out, as they are now; asked day by day."""
    found: list[Place] = []
    for number in range((plan.day_until - plan.day_from).days + 1):
        found += _of_day(plan, plan.day_from + timedelta(days=number), at)
    return found


def free_places(plan: AssignmentPlan, *, at: datetime) -> int:
    """How many places that is."""
    return sum(one.places for one in places_of(plan, at=at))


def _of_day(plan: AssignmentPlan, day: date, at: datetime) -> list[Place]:
    rows = slots.with_room(
        programme_id=plan.programme_id, vaccine_id=plan.vaccine_id, first=day, last=day, since=at,
        channels=[plan.channel], at=at,
    )  # fmt: skip
    return [
        Place(one.bucket_id, one.venue_id, localtime(one.starts_at), places, one.only_dose)
        for one, places in rows
    ]


def _add(found: dict[str, int], key: str, count: int) -> None:
    found[key] = found.get(key, 0) + count
