"""A reservation event (予約履歴): a fact that is never edited."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from venues.models import Channel


class What(models.TextChoices):
    """What happened."""

    CLAIMED = "claimed", _("予約")
    MOVED = "moved", _("変更")
    CANCELLED = "cancelled", _("取消")


class ReservationEvent(models.Model):
    """What happened to a reservation, when, by whom, by which door. The database grants INSERT."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation = models.ForeignKey("booking.Reservation", models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    version = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Channel)
    slot_before = models.ForeignKey("venues.Slot", models.PROTECT, null=True, related_name="+")
    slot_after = models.ForeignKey("venues.Slot", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, default="")
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    call_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "version"], name="event_in_order"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "reservation", "what", "version", "channel", "slot_before", "slot_after",
            "reason", "done_by", "call_id", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
