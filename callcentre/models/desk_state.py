"""A desk state (着台状況): what one operator is doing, from when until when."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DeskState(models.Model):
    """One stretch of time; the open one is now. Kept as its own timeline, derived from nothing."""

    class State(models.TextChoices):
        READY = "ready", _("受付可")
        ON_CALL = "on_call", _("通話中")
        WRAP_UP = "wrap_up", _("後処理")
        AWAY = "away", _("離席")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="desk_states")
    state = models.CharField(max_length=8, choices=State)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(until__isnull=True), name="desk_state_one_now"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="desk_state_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["since"], name="desk_state_by_start")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "staff", "state", "since", "until"}

    def __str__(self) -> str:
        return f"{self.state} {self.since:%Y-%m-%d %H:%M}"
