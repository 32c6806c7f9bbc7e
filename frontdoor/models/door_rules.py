"""Door rules (入場の決まり): when people wait before booking, and how many come in."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class DoorRules(models.Model):
    """The one row; empty limits are found from what the web processes measure."""

    class Mode(models.TextChoices):
        AUTO = "auto", _("混んだときだけ待っていただく")
        OFF = "off", _("使わない（だれも待たせない）")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mode = models.CharField(_("待合室"), max_length=4, choices=Mode, default=Mode.AUTO)
    per_minute = models.PositiveIntegerField(
        _("1分間に新しく入れる人数"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    most_inside = models.PositiveIntegerField(
        _("同時に手続きする人数"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="door_rules_one_row"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "mode", "per_minute", "most_inside"}

    def __str__(self) -> str:
        return str(_("入場の決まり"))
