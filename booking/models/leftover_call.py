"""A call for leftover doses (当日の余り): n doses at a venue now, for who can come at once."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class LeftoverCall(models.Model):
    """The doses are places of a slot of its own, taken by claims only: never more than there are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="+")
    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="+")
    doses = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()  # who can be there within so many is asked
    called_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when the last batch was asked
    until = models.DateTimeField()  # answers count until then
    ended_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(doses__gte=1), name="leftover_doses"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="leftover_going_on"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "bucket", "slot", "doses", "minutes", "called_at", "asked_at", "until",
            "ended_at", "called_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.doses} {self.called_at:%Y-%m-%d %H:%M}"
