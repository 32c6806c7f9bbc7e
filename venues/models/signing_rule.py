"""The signing rule (署名の決まり): whether places above a capacity take two people."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class SigningRule(models.Model):
    """The one row; kept with its history. Two people, unless the ward says that one is enough."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    allowance_needs_two = models.BooleanField(_("超過枠は二人で署名する"), default=True)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="signing_rule_one_row"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "allowance_needs_two"}

    def __str__(self) -> str:
        return str(_("署名の決まり"))
