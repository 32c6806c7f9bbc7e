"""A vaccine course (接種計画): how many doses, how far apart, from which age, since when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class VaccineCourse(models.Model):
    """The rules of one vaccine from `effective_from` on; a new rule is a new row (S-12)."""

    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="courses")
    effective_from = models.DateField(_("適用開始日"))
    doses = models.PositiveSmallIntegerField(_("接種回数"), default=2)
    earliest_days = models.PositiveSmallIntegerField(_("次の接種まで（最短日数）"), default=19)
    standard_days = models.PositiveSmallIntegerField(_("次の接種まで（標準日数）"), default=21)
    minimum_age = models.PositiveSmallIntegerField(_("対象年齢（歳以上）"), default=16)
    guideline = models.CharField(_("根拠（手引きの名称と版）"), max_length=80, default="")
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vaccine", "effective_from"], name="course_once"),
            models.CheckConstraint(condition=Q(doses__gte=1), name="course_has_doses"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "vaccine", "effective_from", "doses", "earliest_days", "standard_days",
            "minimum_age", "guideline",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.vaccine} {self.effective_from}"
