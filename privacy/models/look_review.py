"""The review of looks (抜き取り確認): a day's lot, and each look that was drawn."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LookDraw(models.Model):
    """A fact: the lot was cast over this day's looks, once."""

    day = models.DateField(primary_key=True)
    looks = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"day", "looks", "drawn", "drawn_at"}

    def __str__(self) -> str:
        return f"{self.day} {self.drawn}/{self.looks}"


class LookReview(models.Model):
    """One look that somebody else must find explained, or not; ids and a sentence only."""

    class Verdict(models.TextChoices):
        EXPLAINED = "explained", _("理由が確かめられた")
        NOT_EXPLAINED = "not_explained", _("理由が確かめられない")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey("privacy.LookDraw", models.PROTECT, related_name="reviews")
    entry_id = models.BigIntegerField(unique=True)  # the line of the access log
    happened_at = models.DateTimeField()
    staff = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    resident_id = models.UUIDField(null=True)
    call_id = models.UUIDField(null=True)
    what = models.CharField(max_length=40)
    why = models.CharField(max_length=120, default="")
    due_on = models.DateField()
    verdict = models.CharField(max_length=14, choices=Verdict, default="")
    words = models.CharField(max_length=200, default="")
    reviewed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "happened_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    verdict="", words="", reviewed_by__isnull=True, reviewed_at__isnull=True
                )
                | (
                    ~Q(verdict="")
                    & ~Q(words="")
                    & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                ),
                name="look_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("staff")),
                name="look_review_not_by_the_looker",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(verdict=""), name="look_review_open"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "draw", "entry_id", "happened_at", "staff", "resident_id", "call_id", "what",
            "why", "due_on", "verdict", "words", "reviewed_by", "reviewed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d} {self.verdict}"
