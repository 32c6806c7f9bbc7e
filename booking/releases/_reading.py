"""Questions on plans: all of them, one, and everything one is looked through with (計画の問い)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count as Rows
from django.db.models import F, Max, Min, Sum

from booking import rulebook
from booking.models import CohortCount, PriorityGroup, ReleasePlan, ReleaseRow
from booking.releases.findings import Finding
from booking.releases.lint import lint
from booking.releases.terms import Cohort, Count, Course, Day, Facts, Row
from venues import stock
from venues.models import Bucket, Opening, Slot, Vaccine
from venues.tranches import Wanted


def plans() -> list[ReleasePlan]:
    """Every plan, the last edited first, with the number of its rows."""
    rows = ReleasePlan.objects.select_related("edited_by", "armed_by")
    return list(rows.annotate(row_count=Rows("rows")).order_by("-edited_at")[:200])


def find(pk: UUID) -> ReleasePlan | None:
    """One plan."""
    rows = ReleasePlan.objects.select_related("edited_by", "armed_by")
    return rows.filter(pk=pk).first()


def find_row(plan: ReleasePlan, pk: int) -> ReleaseRow | None:
    """One row of a plan."""
    return plan.rows.select_related("venue", "group").filter(pk=pk).first()


def findings(plan: ReleasePlan, *, at: datetime) -> list[Finding]:
    """What is wrong with the plan as everything stands now."""
    return lint(facts(plan, at=at))


def facts(plan: ReleasePlan, *, at: datetime) -> Facts:
    """A plan and everything it depends on, as plain values."""
    rows = tuple(plain(row) for row in plan.rows.all())
    armed = ReleaseRow.objects.filter(
        plan__state=ReleasePlan.State.ARMED, plan__programme_id=plan.programme_id
    ).exclude(plan=plan)
    return Facts(
        announced_at=plan.announced_at,
        day_from=plan.day_from,
        day_until=plan.day_until,
        rows=rows,
        days=_days(plan, rows),
        cohorts=_cohorts(),
        courses=_courses(plan.programme_id),
        at=at,
        expected_share=plan.expected_share,
        armed=tuple(plain(row) for row in armed),
    )


def plain(row: ReleaseRow) -> Row:
    """A row as the rules need it."""
    return Row(
        day_from=row.day_from,
        day_until=row.day_until,
        channel=row.channel,
        opens_at=row.opens_at,
        venue_id=row.venue_id,
        group_id=row.group_id,
        dose_number=row.dose_number,
        places=row.places,
        row_id=row.pk,
    )


def covered_buckets(facts: Facts) -> list[int]:
    """The buckets the rows speak of."""
    return [bucket.pk for bucket, _rows in _buckets(facts)]


def tranches_of(facts: Facts) -> list[Wanted]:
    """What is withheld until when: what the rows release in numbers, and what is in none of them."""
    found: list[Wanted] = []
    for bucket, rows in _buckets(facts):
        numbered = [row for row in rows if row.places]
        if len(numbered) < len(rows):
            continue  # a row without a number opens all that stands
        found += [Wanted(bucket.pk, row.places or 0, row.opens_at) for row in numbered]
        left = bucket.capacity - sum(row.places or 0 for row in numbered)
        if left > 0:
            found.append(Wanted(bucket.pk, left, None))
    return found


def _buckets(facts: Facts) -> Iterable[tuple[Bucket, list[Row]]]:
    days = {day.opening_id: day for row in facts.rows for day in facts.covered(row)}
    buckets = Bucket.objects.filter(slot__opening_id__in=days).annotate(
        opening_id=F("slot__opening_id")
    )
    for bucket in buckets.order_by("id"):
        day = days[bucket.opening_id]
        rows = [
            row
            for row in facts.rows
            if row.covers(venue_id=day.venue_id, day=day.day, channel=bucket.channel)
        ]
        if rows:
            yield bucket, rows


def _days(plan: ReleasePlan, rows: tuple[Row, ...]) -> tuple[Day, ...]:
    """Every opening from the plan's first day on: second doses lie after its last day."""
    first = min((row.day_from for row in rows), default=plan.day_from)
    openings = Opening.objects.filter(
        programme_id=plan.programme_id, day__gte=min(first, plan.day_from)
    ).select_related("venue")
    counts = _counts([one.pk for one in openings])
    largest = _largest([one.pk for one in openings])
    doses = stock.doses_of([one.pk for one in openings])
    return tuple(
        Day(
            opening_id=one.pk,
            venue_id=one.venue_id,
            venue_name=one.venue.shown_name,
            day=one.day,
            vaccine_id=one.vaccine_id,
            chairs=one.lanes * one.places_per_lane,
            largest_slot=largest.get(one.pk, 0),
            bookable_from=one.bookable_from,
            bookable_until=one.bookable_until,
            is_open=one.is_open and one.venue.is_open,
            counts=counts.get(one.pk, {}),
            doses_in_stock=doses.get(one.pk),
            programme_id=one.programme_id,
            only_dose=one.dose_number,
        )
        for one in openings.order_by("day", "venue__code")
    )


def _counts(opening_ids: list[int]) -> dict[int, dict[str, Count]]:
    rows = Bucket.objects.filter(slot__opening_id__in=opening_ids)
    found: dict[int, dict[str, Count]] = defaultdict(dict)
    for opening_id, channel, *numbers in rows.values_list("slot__opening_id", "channel").annotate(
        Sum("capacity"), Sum("taken"), Min("capacity"), Max("capacity")
    ):
        if numbers[0]:
            found[opening_id][channel] = Count(*numbers)
    return found


def _largest(opening_ids: list[int]) -> dict[int, int]:
    rows = Slot.objects.filter(opening_id__in=opening_ids).annotate(places=Sum("buckets__capacity"))
    found: dict[int, int] = {}
    for opening_id, places in rows.values_list("opening_id", "places"):
        found[opening_id] = max(found.get(opening_id, 0), places or 0)
    return found


def _cohorts() -> tuple[Cohort, ...]:
    people = dict(CohortCount.objects.values_list("group_id", "people"))
    return tuple(
        Cohort(row.pk, row.shown_name, row.bookable_from, row.is_external, people.get(row.pk))
        for row in PriorityGroup.objects.all()
    )


def _courses(programme_id: int) -> tuple[Course, ...]:
    names = {row.pk: str(row) for row in Vaccine.objects.all()}
    newest: dict[int, rulebook.Course] = {}
    for one in rulebook.rulebook().courses:
        if one.programme_id != programme_id:
            continue
        known = newest.get(one.vaccine_id)
        if known is None or known.effective_from < one.effective_from:
            newest[one.vaccine_id] = one
    return tuple(
        Course(one.vaccine_id, names[one.vaccine_id], one.doses, one.earliest_days, one.standard_days)
        for one in newest.values()
    )  # fmt: skip
