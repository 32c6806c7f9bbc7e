"""A capacity freeze (増枠の停止): counters do not agree, so nothing is increased until a person looked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared.database import both_or_neither


class CapacityFreeze(models.Model):
    """One freeze; bookings of what is left go on. At most one stands at a time."""

    cause = models.CharField(max_length=10, default="counts", editable=False)
    found = models.PositiveIntegerField()  # how many buckets differed when it was last looked
    began_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=100, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cause"], condition=Q(cleared_at__isnull=True), name="freeze_one_standing"
            ),
            both_or_neither("cleared_by", "cleared_at", name="freeze_cleared_by_somebody"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "cause", "found", "began_at", "cleared_at", "cleared_by", "reason",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.cause} {self.began_at:%Y-%m-%d %H:%M}"
