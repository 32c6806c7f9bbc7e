"""A bucket (受付経路ごとの枠数): the places of one slot that one channel may take."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """By which door a place is taken (予約経路)."""

    WEB = "web", _("インターネット")
    PHONE = "phone", _("電話")
    WALK_IN = "walk_in", _("窓口")
    RESERVE = "reserve", _("予備")


class Bucket(models.Model):
    """The counters that are never oversold: taken and held places fit into capacity and allowance.

    `taken` are live reservations, `held` places kept while somebody decides, `allowance` what was
    signed for above the capacity, until a moment. Whether and when it may be taken from is repeated here from slot, opening and venue, so that
    a claim asks and locks one row only; `venues.slots` keeps them equal.
    """

    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="buckets")
    channel = models.CharField(max_length=10, choices=Channel)
    capacity = models.PositiveIntegerField(_("定員"))
    taken = models.PositiveIntegerField(_("予約数"), default=0)
    held = models.PositiveIntegerField(_("仮押さえ"), default=0, db_default=0)
    allowance = models.PositiveIntegerField(_("超過枠"), default=0, db_default=0)
    allowance_until = models.DateTimeField(_("超過枠の期限"), null=True)
    is_open = models.BooleanField(default=True)
    bookable_from = models.DateTimeField()
    bookable_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slot", "channel"], name="bucket_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0)
                & Q(held__gte=0)
                & Q(taken__lte=F("capacity") + F("allowance") - F("held")),
                name="bucket_never_oversold",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "slot", "channel", "capacity", "taken", "held", "allowance", "allowance_until",
            "is_open", "bookable_from", "bookable_until",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.channel} {self.taken}/{self.capacity}"

    @property
    def places_left(self) -> int:
        """How many more people fit without an allowance."""
        return max(0, self.capacity - self.taken - self.held)
