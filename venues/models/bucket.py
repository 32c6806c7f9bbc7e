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
    """The counter that is never oversold: `taken` lies between 0 and `capacity`.

    Whether and when it may be taken from is repeated here from slot, opening and venue, so that
    a claim asks and locks one row only; `venues.slots` keeps them equal.
    """

    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="buckets")
    channel = models.CharField(max_length=10, choices=Channel)
    capacity = models.PositiveIntegerField(_("定員"))
    taken = models.PositiveIntegerField(_("予約数"), default=0)
    is_open = models.BooleanField(default=True)
    bookable_from = models.DateTimeField()
    bookable_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slot", "channel"], name="bucket_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("capacity")),
                name="bucket_never_oversold",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "slot", "channel", "capacity", "taken", "is_open", "bookable_from",
            "bookable_until",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.channel} {self.taken}/{self.capacity}"

    @property
    def places_left(self) -> int:
        """How many more people fit."""
        return self.capacity - self.taken
