"""A call (入電・架電): one conversation of one operator, by hand or by the carrier."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import BlindIndex, SealedText


class Call(models.Model):
    """Raw times only: every figure of the floor is computed from these rows, never counted up."""

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("入電")
        OUTBOUND = "outbound", _("架電")

    class State(models.TextChoices):
        LIVE = "live", _("通話中")
        WRAP_UP = "wrap_up", _("後処理")
        ENDED = "ended", _("終了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="calls")
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.INBOUND)
    caller_number = SealedText(null=True)  # E.164; none where it was withheld
    caller_index = BlindIndex(kind="phone", of=("caller_number",), null=True)
    state = models.CharField(max_length=7, choices=State, default=State.LIVE)
    # What an outbound call is for: a message of the person's list, or a failed identity check.
    message_id = models.UUIDField(null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    notice_version = models.PositiveIntegerField(null=True)  # 利用目的の明示 as it was read out
    started_at = models.DateTimeField()
    wrap_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator"], condition=~Q(state="ended"), name="call_one_open_per_operator"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="call_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="call_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["started_at"], name="call_by_start")]

    class Privacy:
        sealed: ClassVar[set[str]] = {"caller_number", "caller_index"}
        plain: ClassVar[set[str]] = {
            "id", "operator", "direction", "state", "message_id", "follows", "notice_version",
            "started_at", "wrap_up_at", "ended_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.direction} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        """Whether somebody is on the line: only then may anything be changed."""
        return self.state == self.State.LIVE
