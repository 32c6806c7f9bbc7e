"""A status decision (予約の判断): what became of a booking whose holder may not book any more."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class StatusDecision(models.Model):
    """A fact: one member of staff looked and decided; another status asks anew."""

    class Status(models.TextChoices):
        MOVED_OUT = "1", _("転出")
        DECEASED = "2", _("死亡")
        VOID = "void", _("接種券の失効")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("残す")
        CANCELLED = "cancelled", _("取り消す")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation = models.ForeignKey("booking.Reservation", models.PROTECT, related_name="decisions")
    status = models.CharField(max_length=5, choices=Status)
    outcome = models.CharField(max_length=10, choices=Outcome)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "status"], name="decided_once"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "reservation", "status", "outcome", "done_by", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.status} {self.outcome} {self.happened_at:%Y-%m-%d}"
