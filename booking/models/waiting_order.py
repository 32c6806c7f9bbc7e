"""The order of the waiting list (順番の決め方): who is asked first, and how it can be checked."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText


class WaitingOrder(models.Model):
    """One way of ordering, from a moment on; the next one ends it.

    A lottery's seed is drawn before it begins and only its hash is shown; once the order has
    ended the seed is shown too, and anybody who has it can work out every turn again.
    """

    class Way(models.TextChoices):
        FIFO = "fifo", _("登録した順")
        PRIORITY = "priority", _("優先区分の順、同じ区分では登録した順")
        LOTTERY = "lottery", _("くじの順")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    way = models.CharField(_("順番の決め方"), max_length=8, choices=Way, default=Way.FIFO)
    seed = SealedText(null=True)
    seed_hash = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=200, default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at=None), name="waiting_one_order"
            ),
            models.CheckConstraint(
                condition=~Q(way="lottery") | (Q(seed__isnull=False) & ~Q(seed_hash="")),
                name="waiting_lottery_has_seed",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"seed"}
        plain: ClassVar[set[str]] = {
            "id", "way", "seed_hash", "reason", "began_at", "ended_at", "done_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.way} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def shown_seed(self) -> str:
        """The seed, once nothing depends on it any more."""
        return str(self.seed) if self.seed and self.ended_at else ""
