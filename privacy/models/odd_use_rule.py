"""A rule of odd use (不審な利用の決まり): from how much on somebody should look; the ward's own."""

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacy.models.alert import Alert


class OddUseRule(models.Model):
    """One row for each kind; what a kind does not use has no meaning for it."""

    kind = models.CharField(max_length=14, choices=Alert.Kind, primary_key=True)
    is_on = models.BooleanField(_("見張る"), default=True)
    threshold = models.PositiveIntegerField(_("件数（これ以上）"))
    factor = models.PositiveSmallIntegerField(_("ふだんの何倍から"), default=3)
    days = models.PositiveSmallIntegerField(_("さかのぼる日数"), default=14)
    hours_from = models.TimeField(_("業務時間（から）"), default=time(8, 0))
    hours_until = models.TimeField(_("業務時間（まで）"), default=time(20, 0))
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(threshold__gte=1, factor__gte=1, days__gte=1, days__lte=60),
                name="odd_use_rule_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(hours_from__lt=models.F("hours_until")),
                name="odd_use_rule_hours_in_order",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "kind", "is_on", "threshold", "factor", "days", "hours_from", "hours_until",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.kind
