"""A release row (放出計画の行): venues, days, cohort, channel, quantity, and the second it opens."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from venues.models import Channel


class ReleaseRow(models.Model):
    """From `opens_at` on, this cohort may take these places; no venue, cohort or dose is: all."""

    plan = models.ForeignKey("booking.ReleasePlan", models.CASCADE, related_name="rows")
    venue = models.ForeignKey(
        "venues.Venue", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("会場"),
    )  # fmt: skip
    day_from = models.DateField(_("接種日（はじめ）"))
    day_until = models.DateField(_("接種日（おわり）"))
    channel = models.CharField(_("受付経路"), max_length=10, choices=Channel, default=Channel.WEB)
    group = models.ForeignKey(
        "booking.PriorityGroup", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("優先区分"),
    )  # fmt: skip
    dose_number = models.PositiveSmallIntegerField(_("接種回"), null=True, blank=True)
    places = models.PositiveIntegerField(_("一枠あたりの放出数"), null=True, blank=True)
    opens_at = models.DateTimeField(_("放出日時"))
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["opens_at", "day_from", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(day_from__lte=F("day_until")), name="release_row_days"
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gte=1), name="release_row_places"
            ),
            models.CheckConstraint(
                condition=Q(dose_number=None) | Q(dose_number__gte=1), name="release_row_dose"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "plan", "venue", "day_from", "day_until", "channel", "group", "dose_number",
            "places", "opens_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day_from}-{self.day_until} {self.channel} {self.opens_at}"
