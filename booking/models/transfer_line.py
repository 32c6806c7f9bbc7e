"""One reservation of a transfer (振替の一件): its proposal, then what became of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferLine(models.Model):
    """The proposed place is held under the line's id, until it is sent or undone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("探しています")
        PROPOSED = "proposed", _("振替先あり")
        NO_PLACE = "no_place", _("振替先なし")
        LEFT_OUT = "left_out", _("対象から外した")
        MOVED = "moved", _("振替えた")
        TO_CALL = "to_call", _("電話で相談")
        CHANGED = "changed", _("本人が変更・取消")
        FLAGGED = "flagged", _("名簿の確認が必要")

    TO_SEND: ClassVar = (State.PROPOSED, State.NO_PLACE, State.LEFT_OUT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey("booking.Transfer", models.PROTECT, related_name="lines")
    reservation = models.ForeignKey("booking.Reservation", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()  # of the reservation, as it was when it began
    former_slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="+")
    former_channel = models.CharField(max_length=10)
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=20, default="")  # why there is no place: a code
    carrier = models.CharField(max_length=4, default="")  # the way to reach the person, if any
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transfer", "reservation"], name="transfer_line_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["transfer", "state"], name="transfer_line_by_state"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "transfer", "reservation", "version", "former_slot", "former_channel", "bucket",
            "state", "why", "carrier", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.changed_at:%Y-%m-%d %H:%M}"
