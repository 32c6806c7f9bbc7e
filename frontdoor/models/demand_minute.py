"""Demand of a minute (1分ごとの申込み): how often something was asked, given or refused."""

from typing import ClassVar

from django.db import models


class DemandMinute(models.Model):
    """A count of one kind in one minute; nothing in it is about a person."""

    minute = models.DateTimeField()
    channel = models.CharField(max_length=10)
    what = models.CharField(max_length=30)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["minute", "channel", "what"], name="demand_once_a_minute"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "minute", "channel", "what", "count"}

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.channel} {self.what} {self.count}"
