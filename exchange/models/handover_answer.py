"""What the other side says to a handover record (確認・異議), S-91: a fact, one for each record."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HandoverAnswer(models.Model):
    """It agrees, or objects in words; what it objects to is corrected by another record."""

    class What(models.TextChoices):
        CONFIRMED = "confirmed", _("確認した")
        OBJECTED = "objected", _("異議がある")

    record = models.OneToOneField("exchange.HandoverRecord", models.PROTECT, related_name="answer")
    what = models.CharField(max_length=10, choices=What)
    words = models.CharField(max_length=200, default="")
    answered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    answered_by_words = models.CharField(max_length=120)
    answered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what="confirmed") | ~Q(words=""), name="objection_has_words"
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "record", "what", "words", "answered_by", "answered_by_words", "answered_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.record_id} {self.what}"
