"""A watch mark (見守りの印): the ward's own mark on a record that only a supervisor opens."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from privacy.fields import SealedText
from shared.database import both_or_neither


class WatchMark(models.Model):
    """From when until when a record is opened by a supervisor only; why is sealed.

    It stands here alone: no log, no file and no page of the resident carries it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="+")
    reason = SealedText()
    set_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_reason = SealedText(null=True)

    class Meta:
        ordering: ClassVar = ["-set_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(lifted_at__isnull=True), name="watch_mark_once"
            ),
            both_or_neither("lifted_by", "lifted_at", name="watch_mark_lifted_by_somebody"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"reason", "lift_reason"}
        plain: ClassVar[set[str]] = {
            "id", "resident", "set_by", "set_at", "lifted_by", "lifted_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.set_at:%Y-%m-%d}"
