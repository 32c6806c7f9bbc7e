"""Who is meant (割当ての対象者): dates of birth and addresses are sealed, so people are looked at in
rounds, each opened once; what is kept of them is a keyed figure of the household.
"""

import string
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from django.db import connections

from booking import eligibility
from booking.assignment.proposing import Venues, districts
from booking.models import AssignedPlace, AssignmentPlan, Resident
from booking.rulebook import NoCourse, rulebook
from privacy import access_log
from privacy.sealing import blind_index
from shared.calendar import age_on
from tenancy.current import current, municipality_atomic

A_TIME: Final = 5_000
NOBODY: Final = UUID(int=0)
Stands = AssignedPlace.State

# The next ones after the last that was looked at, and whether they have a voucher or the dose.
NEXT = """
SELECT r.id, EXISTS (SELECT 1 FROM booking_voucher v WHERE v.resident_id = r.id AND v.is_live),
    EXISTS (SELECT 1 FROM booking_reservation b WHERE b.resident_id = r.id AND b.is_live
        AND b.programme_id = %(programme)s AND b.dose_number = ANY(%(doses)s::int[])),
    r.status_flag = '0'
FROM booking_resident r WHERE r.id > %(after)s ORDER BY r.id LIMIT %(most)s
"""


class Look(NamedTuple):
    """What the list says of somebody without opening anything."""

    has_voucher: bool
    has_dose: bool


def list_some(*, plan: AssignmentPlan, at: datetime, most: int = A_TIME) -> int:
    """Look at the next people and write down who is meant; how many were looked at, 0 at the end.

    One transaction: where it is killed, the next run looks at the same people again.
    """
    with municipality_atomic():
        row = AssignmentPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        if row.state != AssignmentPlan.State.LISTING:
            return 0
        found = _next(row, most)
        if not found:
            row.state, row.version = AssignmentPlan.State.PLACING, row.version + 1
            row.save(update_fields=["state", "version"])
            access_log.record(
                what="assignment_listed", count=row.looked_at, by=row.edited_by, at=at
            )
            return 0
        meant = {pk: Look(has, holds) for pk, has, holds, stands in found if stands}
        AssignedPlace.objects.bulk_create(_lines(row, meant), ignore_conflicts=True)
        row.listed_until, row.looked_at = found[-1][0], row.looked_at + len(found)
        row.save(update_fields=["listed_until", "looked_at"])
    return len(found)


def _next(row: AssignmentPlan, most: int) -> list[tuple[UUID, bool, bool, bool]]:
    asked: dict[str, object] = {
        "programme": row.programme_id, "doses": list(row.doses),
        "after": row.listed_until or NOBODY, "most": most,
    }  # fmt: skip
    with connections[current().database].cursor() as cursor:
        cursor.execute(NEXT, asked)  # type: ignore[arg-type]  # UUIDs too
        return list(cursor.fetchall())


def _lines(plan: AssignmentPlan, meant: dict[UUID, Look]) -> Iterator[AssignedPlace]:
    groups, least = rulebook().groups, _minimum_age(plan)
    starts, venues = beginnings(plan.postal_codes), catchments(plan)
    near: dict[str, Venues] = {}
    rows = Resident.objects.only("id", "born_on", "postal_code", "address")
    for person in rows.filter(pk__in=list(meant)).order_by("pk"):
        born_on = person.born_on if isinstance(person.born_on, date) else None
        group = eligibility.group_of(groups, born_on) if born_on else None
        if _is_of_others(plan, group):
            continue
        postal = figures(str(person.postal_code or ""))
        if starts and not postal.startswith(starts):
            continue
        if postal not in near:
            near[postal] = districts(venues, postal)
        young = born_on is not None and age_on(born_on, plan.day_from) < least
        why = _why_not(plan, meant[person.pk], born_on, near[postal], is_young=young)
        yield AssignedPlace(
            id=uuid4(), plan=plan, resident_id=person.pk, venue_ids=list(near[postal]),
            home=household(plan, f"{postal}|{person.address}"),
            cohort=groups.index(group) if group else len(groups),
            state=Stands.NO_PLACE if why else Stands.LISTED, why=why,
        )  # fmt: skip


def _is_of_others(plan: AssignmentPlan, group: eligibility.Group | None) -> bool:
    if group is None:
        return plan.group_id is not None
    return group.is_external or plan.group_id not in {None, group.group_id}


def _why_not(
    plan: AssignmentPlan, look: Look, born_on: date | None, near: Venues, *, is_young: bool
) -> str:
    """A code why somebody of the group and district gets nothing, or nothing against it."""
    if look.has_dose:
        return "already_booked"
    if not look.has_voucher:
        return "no_voucher"
    if born_on is None:
        return "born_unknown"
    if is_young:
        return "too_young"
    nowhere = plan.catchments and not near and not plan.goes_elsewhere
    return "no_venue" if nowhere else ""


def household(plan: AssignmentPlan, lives_at: str) -> int:
    """A figure that people of one address share, for this plan and with our key only."""
    written = unicodedata.normalize("NFKC", lives_at).replace(" ", "")
    digest = blind_index("assignment_household", f"{plan.pk}|{written}")
    return int.from_bytes(digest[:7], "big")


def figures(postal_code: str) -> str:
    """A postal code, or the beginning of one, in plain figures only."""
    written = unicodedata.normalize("NFKC", postal_code)
    return "".join(one for one in written if one in string.digits)


def beginnings(text: str) -> tuple[str, ...]:
    """The beginnings of postal codes in a text: with commas or spaces between."""
    parts = unicodedata.normalize("NFKC", text).replace("、", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(found for one in parts if (found := figures(one))))


def catchments(plan: AssignmentPlan) -> dict[int, tuple[str, ...]]:
    """Which venue names which beginnings; nothing where everybody goes anywhere."""
    return {int(pk): beginnings(text) for pk, text in plan.catchments.items()}


def _minimum_age(plan: AssignmentPlan) -> int:
    try:
        return rulebook().course(plan.vaccine_id, plan.day_from, plan.programme_id).minimum_age
    except NoCourse:
        return 0
