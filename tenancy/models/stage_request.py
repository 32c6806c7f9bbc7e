"""A wish to move the municipality to its next stage (段階を進める申請); another person answers."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tenancy.models.standing import Stage


class StageRequest(models.Model):
    """Who asks for which stage and why, and what the second person said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.CharField(max_length=10, choices=Stage)
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
                | ~Q(asked_by=F("answered_by")),
                name="stage_request_two_people",
            ),
            models.UniqueConstraint(
                fields=["to"], condition=Q(answered_at__isnull=True), name="stage_request_one_open"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "to", "reason", "asked_by", "asked_at", "answered_by", "answered_at",
            "was_granted",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"→ {self.to} {self.asked_at:%Y-%m-%d}"
