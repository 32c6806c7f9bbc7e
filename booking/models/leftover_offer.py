"""One person asked about leftover doses (余りの案内): nothing is held, the quickest comes."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeftoverOffer(models.Model):
    """Whoever knows the token may answer, once; only a keyed hash of it is kept."""

    class State(models.TextChoices):
        OPEN = "open", _("返事待ち")
        TAKEN = "taken", _("来場予定")
        DECLINED = "declined", _("断った")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey("booking.LeftoverCall", models.PROTECT, related_name="offers")
    entry = models.ForeignKey("booking.WaitingListEntry", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    token_index = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "entry"], name="leftover_asked_once"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "call", "entry", "state", "token_index", "made_at", "ended_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.made_at:%Y-%m-%d %H:%M}"
