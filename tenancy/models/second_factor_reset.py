"""A second-factor reset (第二要素の再設定): asked by one, done by another (T49)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class SecondFactorReset(models.Model):
    """A request to forget somebody's second factor, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        "tenancy.Staff", models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    was_granted = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(was_granted__isnull=True)
                | Q(was_granted=False)
                | (~Q(asked_by=F("answered_by")) & ~Q(staff=F("answered_by"))),
                name="reset_two_people",
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=Q(answered_at__isnull=True), name="reset_one_open"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "staff", "reason", "asked_by", "asked_at", "answered_by", "answered_at",
            "was_granted",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.staff_id} {self.asked_at:%Y-%m-%d}"
