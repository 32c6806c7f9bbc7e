"""A transfer (振替): the people of a closed day or slot, and where each shall go instead."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared.database import both_or_neither


class Transfer(models.Model):
    """Proposals that hold their places; nobody is moved or told before it is sent."""

    class State(models.TextChoices):
        PLANNING = "planning", _("振替先を探しています")
        PROPOSED = "proposed", _("確認待ち")
        SENDING = "sending", _("振替と連絡をしています")
        SENT = "sent", _("送信済み")
        UNDONE = "undone", _("取りやめた")

    class Prefer(models.TextChoices):
        VENUE = "venue", _("同じ会場の近い日を先に")
        DAY = "day", _("同じ日に近いほかの会場を先に")
        ONLY_VENUE = "only_venue", _("同じ会場だけ")

    OPEN: ClassVar = (State.PLANNING, State.PROPOSED, State.SENDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opening = models.ForeignKey("venues.Opening", models.PROTECT, related_name="transfers")
    slot = models.ForeignKey("venues.Slot", models.PROTECT, null=True, related_name="transfers")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNING)
    prefer = models.CharField(max_length=10, choices=Prefer, default=Prefer.VENUE)
    days_around = models.PositiveSmallIntegerField(default=14)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    closed_here = models.BooleanField()  # whether beginning it closed the day or slot
    reason = models.CharField(max_length=100)
    kept_until = models.DateTimeField()  # the proposals' places are held until then
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)  # undone, or the sending was begun

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opening"],
                condition=Q(state__in=["planning", "proposed", "sending"]),
                name="transfer_one_open",
            ),
            both_or_neither("ended_by", "ended_at", name="transfer_ended_by_somebody"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "opening", "slot", "state", "prefer", "days_around", "notice_hours",
            "closed_here", "reason", "kept_until", "version", "made_by", "made_at", "ended_by",
            "ended_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_working(self) -> bool:
        """Whether places are being looked for, or people moved, at this moment."""
        return self.state in {self.State.PLANNING, self.State.SENDING}
