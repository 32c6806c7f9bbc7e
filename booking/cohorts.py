"""Verb and question: how many people each priority group holds (区分ごとの人数)."""

from collections import Counter
from datetime import date, datetime

from booking import eligibility
from booking.models import CohortCount, Resident
from booking.rulebook import rulebook
from tenancy.current import municipality_atomic

A_TIME = 5_000


def count(*, at: datetime) -> dict[int, int]:
    """Count everybody who could book, by the first group that holds them; birth dates are sealed,
    so each is opened once, and only counts are kept.
    """
    groups, found = rulebook().groups, Counter[int]()
    rows = Resident.objects.filter(status_flag=Resident.StatusFlag.NONE, vouchers__is_live=True)
    for person in rows.only("id", "born_on").iterator(chunk_size=A_TIME):
        if isinstance(person.born_on, date):
            group = eligibility.group_of(groups, person.born_on)
            found[group.group_id if group else 0] += 1
    with municipality_atomic():
        for group in groups:
            CohortCount.objects.update_or_create(
                group_id=group.group_id,
                defaults={"people": found[group.group_id], "counted_at": at},
            )
    return dict(found)
