"""A transfer event (振替の記録): a fact that is never edited."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferEvent(models.Model):
    """What was done with a transfer or one of its lines. The database grants INSERT."""

    class What(models.TextChoices):
        BEGUN = "begun", _("受付を止めて、振替先を探し始めた")
        PROPOSED = "proposed", _("振替先を押さえた")
        AIMED = "aimed", _("振替先を変えた")
        LEFT_OUT = "left_out", _("対象から外した")
        AGAIN = "again", _("もう一度探し始めた")
        SENT = "sent", _("送信を始めた")
        MOVED = "moved", _("振替えた")
        TO_CALL = "to_call", _("電話で相談に回した")
        CHANGED = "changed", _("本人が変更・取消していた")
        FLAGGED = "flagged", _("名簿の確認が必要")
        FINISHED = "finished", _("すべて終わった")
        UNDONE = "undone", _("取りやめた")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey("booking.Transfer", models.PROTECT, related_name="events")
    line = models.ForeignKey(
        "booking.TransferLine", models.PROTECT, null=True, related_name="events"
    )
    what = models.CharField(max_length=10, choices=What)
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=100, default="")
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transfer", "happened_at"], name="transfer_event_in_order"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "transfer", "line", "what", "bucket", "count", "reason", "done_by",
            "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
