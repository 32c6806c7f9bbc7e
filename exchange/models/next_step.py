"""That printed sheets went on to the next step of the work (次の工程), S-92: a fact, one a print."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class NextStep(models.Model):
    """What was begun with the sheets, and when: paper does not lie about."""

    entry = models.OneToOneField("exchange.PrintLogEntry", models.PROTECT, related_name="next_step")
    words = models.CharField("次の工程", max_length=60)
    begun_at = models.DateTimeField("始めた日時")
    noted_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="next_step_has_words"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "entry", "words", "begun_at", "noted_by", "noted_at"}

    def __str__(self) -> str:
        return self.words
