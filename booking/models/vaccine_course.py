"""A vaccine course (接種計画): how many doses, how far apart, from which age, since when."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from venues.models import FirstProgramme


class VaccineCourse(models.Model):
    """The rules of one vaccine in a programme from `effective_from` on; a new rule is a new row (S-12).

    A check-up is given too: it stands among the vaccines under its own name, with one dose.
    """

    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="courses", db_default=FirstProgramme(),
        verbose_name=_("事業"),
    )  # fmt: skip
    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="courses")
    effective_from = models.DateField(_("適用開始日"))
    doses = models.PositiveSmallIntegerField(_("接種回数"), default=2)
    earliest_days = models.PositiveSmallIntegerField(_("次の接種まで（最短日数）"), default=19)
    standard_days = models.PositiveSmallIntegerField(_("次の接種まで（標準日数）"), default=21)
    latest_days = models.PositiveSmallIntegerField(
        _("次の接種まで（最長日数）"), null=True, blank=True
    )
    minimum_age = models.PositiveSmallIntegerField(_("対象年齢（歳以上）"), default=16)
    guideline = models.CharField(_("根拠（手引きの名称と版）"), max_length=80, default="")
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "vaccine", "effective_from"], name="course_once"
            ),
            models.CheckConstraint(condition=Q(doses__gte=1), name="course_has_doses"),
            models.CheckConstraint(
                condition=Q(latest_days=None) | Q(latest_days__gte=F("standard_days")),
                name="course_intervals_in_order",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "programme", "vaccine", "effective_from", "doses", "earliest_days",
            "standard_days", "latest_days", "minimum_age", "guideline",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.vaccine} {self.effective_from}"
