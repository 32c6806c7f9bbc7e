"""A tranche (段階放出): some places of a bucket that open at a moment of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Tranche(models.Model):
    """Places of a bucket that nobody may take before `opens_at`; without it, not until a new plan.

    The claim compares `opens_at` with its own moment: nothing has to happen at the opening.
    """

    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="tranches")
    places = models.PositiveIntegerField(_("枠数"))
    opens_at = models.DateTimeField(_("放出日時"), null=True)
    release_plan_id = models.UUIDField()  # booking's; venues knows no plan

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(places__gte=1), name="tranche_has_places"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bucket", "opens_at"], name="tranche_of_bucket"),
            models.Index(fields=["release_plan_id"], name="tranche_of_plan"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "bucket", "places", "opens_at", "release_plan_id"}

    def __str__(self) -> str:
        return f"{self.places} {self.opens_at or '－'}"
