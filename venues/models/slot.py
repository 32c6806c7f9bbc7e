"""A slot (予約枠): a quarter of an hour, say, at one opening."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Slot(models.Model):
    """A start time people are booked for; its places stand in its buckets."""

    opening = models.ForeignKey("venues.Opening", models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    is_open = models.BooleanField(_("受付中"), default=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_hours"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "opening", "starts_at", "ends_at", "is_open"}

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
