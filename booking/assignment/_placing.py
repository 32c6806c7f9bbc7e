"""Make the proposal of a plan: one transaction, all or nothing (割当て案)."""

from datetime import datetime
from typing import Final

from django.db import connections

from booking.assignment._counting import places_of
from booking.assignment.proposing import Person, Place, Proposal, Terms, oversold, propose
from booking.lottery.drawing import Interval
from booking.models import AssignedPlace, AssignmentPlan
from booking.rulebook import NoCourse, rulebook
from privacy import access_log
from tenancy.current import current, municipality_atomic

A_TIME: Final = 10_000
State, Stands = AssignmentPlan.State, AssignedPlace.State
WRITING = """
UPDATE booking_assignedplace a SET bucket_ids = x.places, why = x.why, state = x.state
FROM unnest(%(ids)s::uuid[], %(places)s::jsonb[], %(whys)s::text[], %(states)s::text[])
    AS x (id, places, why, state)
WHERE a.plan_id = %(plan)s AND a.resident_id = x.id AND a.state = 'listed'
"""


class Oversold(AssertionError):
    """More was proposed than there is: nothing of it is written."""


def place(*, plan: AssignmentPlan, at: datetime) -> int:
    """Propose a place for everybody on the list; how many people. Killed, it begins anew."""
    with municipality_atomic():
        row = AssignmentPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        if row.state != State.PLACING:
            return 0
        places = places_of(row, at=at)
        found = propose(seed=row.seed, people=_people(row), places=places, terms=_terms(row))
        _write(row, found, places)
        row.state, row.proposed_at, row.version = State.PROPOSED, at, row.version + 1
        row.save(update_fields=["state", "proposed_at", "version"])
        access_log.record(what="assignment_proposed", count=len(found), by=row.edited_by, at=at)
    return len(found)


def _people(row: AssignmentPlan) -> list[Person]:
    # Known by the resident's id, not the line's: listed anew, the same people stand as before.
    lines = AssignedPlace.objects.filter(plan=row, state=Stands.LISTED).order_by("resident_id")
    found = lines.values_list("resident_id", "home", "cohort", "venue_ids")
    return [
        Person(str(pk), household, cohort, tuple(venues))
        for pk, household, cohort, venues in found.iterator(chunk_size=A_TIME)
    ]


def _terms(row: AssignmentPlan) -> Terms:
    pair = None
    if row.with_pairs:
        try:
            course = rulebook().course(row.vaccine_id, row.day_from, row.programme_id)
        except NoCourse:
            return Terms(row.dose_number, None, row.goes_elsewhere)
        pair = Interval(course.earliest_days, course.standard_days)
    return Terms(row.dose_number, pair, row.goes_elsewhere)


def _write(row: AssignmentPlan, found: list[Proposal], places: list[Place]) -> None:
    if oversold(found, places):
        raise Oversold
    with connections[current().database].cursor() as cursor:
        for start in range(0, len(found), A_TIME):
            some = found[start : start + A_TIME]
            values: dict[str, object] = {
                "plan": row.pk,
                "ids": [one.name for one in some],
                "places": [f"[{', '.join(map(str, one.bucket_ids))}]" for one in some],
                "whys": [one.why for one in some],
                "states": [str(Stands.NO_PLACE if one.why else Stands.PLACED) for one in some],
            }
            cursor.execute(WRITING, values)  # type: ignore[arg-type]  # lists too
