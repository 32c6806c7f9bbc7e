"""Gathering (開始前の集合): people wait for an opening moment, then come in by lot."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from privacy.fields import SealedText


class Gathering(models.Model):
    """One opening moment; the hash of its seed is shown before, the seed itself after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gathers_from = models.DateTimeField()
    opens_at = models.DateTimeField()
    seed = SealedText()
    seed_hash = models.CharField(max_length=64)
    planned_by = models.ForeignKey(
        "tenancy.Staff", models.PROTECT, related_name="gatherings_planned"
    )
    planned_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(
        "tenancy.Staff", models.PROTECT, null=True, related_name="gatherings_cancelled"
    )
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-opens_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(gathers_from__lt=F("opens_at")), name="gathers_before_it_opens"
            ),
            models.UniqueConstraint(
                fields=["opens_at"], condition=Q(cancelled_at=None), name="one_gathering_a_moment"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"seed"}
        plain: ClassVar[set[str]] = {
            "id", "gathers_from", "opens_at", "seed_hash", "planned_by", "planned_at",
            "cancelled_by", "cancelled_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.opens_at:%Y-%m-%d %H:%M}"
