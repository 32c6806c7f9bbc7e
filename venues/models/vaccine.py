"""A vaccine (ワクチン): what is given at an opening."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Vaccine(models.Model):
    """A product; the rules of its doses stand in booking's vaccine course."""

    maker = models.CharField(_("メーカー"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英語名"), max_length=60)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["maker", "name"], name="vaccine_once"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "maker", "name", "name_en"}

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"
