"""A release rule (枠を移す規則): when free places of one channel go to another by themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shared.database import both_or_neither
from venues.models.bucket import Channel


class ReleaseRule(models.Model):
    """At a time before the day, or whenever one channel runs low; for one opening or for all.

    Never edited: whoever wants another rule stops this one, with a reason, and makes a new one.
    """

    class Kind(models.TextChoices):
        AT = "at", _("決まった時刻に、空きをすべて移す")
        BELOW = "below", _("残りが少なくなったら移す")

    opening = models.ForeignKey(
        "venues.Opening", models.PROTECT, null=True, related_name="release_rules"
    )
    kind = models.CharField(_("移し方"), max_length=10, choices=Kind)
    source = models.CharField(_("移す元"), max_length=10, choices=Channel)
    target = models.CharField(_("移す先"), max_length=10, choices=Channel)
    days_before = models.PositiveSmallIntegerField(_("開設日の何日前"), null=True)
    at_time = models.TimeField(_("時刻"), null=True)
    target_below = models.PositiveSmallIntegerField(_("移す先の残りがこれより少ない"), null=True)
    source_above = models.PositiveSmallIntegerField(_("移す元の残りがこれより多い"), null=True)
    places = models.PositiveSmallIntegerField(_("一度に移す人数"), null=True)
    reason = models.CharField(_("理由"), max_length=100)
    made_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    stopped_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(_("やめた理由"), max_length=100, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="release_elsewhere"),
            models.CheckConstraint(
                condition=Q(kind="at", days_before__isnull=False, at_time__isnull=False)
                | Q(
                    kind="below",
                    target_below__isnull=False,
                    source_above__isnull=False,
                    places__gte=1,
                ),
                name="release_says_when",
            ),
            both_or_neither("stopped_by", "stopped_at", name="release_stopped_by_somebody"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "opening", "kind", "source", "target", "days_before", "at_time", "target_below",
            "source_above", "places", "reason", "made_by", "made_at", "stopped_by", "stopped_at",
            "stop_reason",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class ReleaseRun(models.Model):
    """That a rule with a time was followed for one opening, once; and how many places it moved."""

    rule = models.ForeignKey("venues.ReleaseRule", models.PROTECT, related_name="runs")
    opening = models.ForeignKey("venues.Opening", models.PROTECT, related_name="release_runs")
    places = models.PositiveIntegerField()
    ran_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "opening"], name="release_once"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "rule", "opening", "places", "ran_at"}

    def __str__(self) -> str:
        return f"{self.places} {self.ran_at:%Y-%m-%d %H:%M}"
