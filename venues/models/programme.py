"""A programme (事業): a course of vaccinations or a check-up that people are booked for."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class FirstProgramme(models.Func):
    """Where nobody names a programme it is the first one, made where there is none yet.

    The database says so itself: what was written before there were programmes, and what a process
    of the former version writes while it is exchanged, belongs to the first.
    """

    function = "venues_first_programme"
    output_field = models.BigIntegerField()


class Programme(models.Model):
    """One of several that a municipality runs at once; its rules stand in booking, with dates."""

    class Kind(models.TextChoices):
        VACCINATION = "vaccination", _("予防接種")
        CHECK_UP = "check_up", _("健診・検診")

    name = models.CharField(_("事業の名称"), max_length=60)
    name_en = models.CharField(_("英語名"), max_length=60)
    kind = models.CharField(_("種別"), max_length=12, choices=Kind, default=Kind.VACCINATION)
    position = models.PositiveSmallIntegerField(_("表示の順番"), default=1)
    is_open = models.BooleanField(_("受付中"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="programme_once"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "name", "name_en", "kind", "position", "is_open"}

    def __str__(self) -> str:
        return self.name

    @property
    def said(self) -> str:
        """Its name in the language of the reader."""
        english = (get_language() or "ja").startswith("en")
        return (self.name_en or self.name) if english else self.name
