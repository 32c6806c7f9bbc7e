"""An offer (空きの案内): one freed place, held for one entry of the waiting list until a moment."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WaitingListOffer(models.Model):
    """The place is held under the offer's id; whoever knows the token may answer, once.

    Only a keyed hash of the token is kept.
    """

    class State(models.TextChoices):
        OPEN = "open", _("返事待ち")
        TAKEN = "taken", _("予約した")
        DECLINED = "declined", _("断った")
        EXPIRED = "expired", _("返事なし")
        WITHDRAWN = "withdrawn", _("取り下げ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey("booking.WaitingListEntry", models.PROTECT, related_name="offers")
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="offers")
    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    token_index = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="offer_one_open"
            ),
            models.UniqueConstraint(fields=["entry", "slot"], name="offer_once_per_slot"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(state="open"), name="offer_open_until"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "entry", "bucket", "slot", "state", "token_index", "made_at", "until", "ended_at",
            "done_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.until:%Y-%m-%d %H:%M}"
