"""A cohort count (区分ごとの人数): how many people a priority group held when they were counted."""

from typing import ClassVar

from django.db import models


class CohortCount(models.Model):
    """Birth dates are sealed, so people are counted in rounds and the counts are kept."""

    group = models.OneToOneField("booking.PriorityGroup", models.CASCADE, related_name="count")
    people = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "group", "people", "counted_at"}

    def __str__(self) -> str:
        return f"{self.group} {self.people}"
