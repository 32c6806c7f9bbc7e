"""A mailing (発送便): vouchers printed and sent together, and who was left out and why."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Mailing(models.Model):
    """Whom it is for, on which list it stands, how many envelopes it has, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("発送便番号", max_length=20, unique=True)
    title = models.CharField("名称", max_length=40)
    base_date = models.DateField("基準日")
    age_on = models.DateField("年齢を数える日")
    youngest = models.PositiveSmallIntegerField("年齢（から）", null=True)
    oldest = models.PositiveSmallIntegerField("年齢（まで）", null=True)
    bill_to = models.CharField("請求先", max_length=20)
    all_characters = models.BooleanField("CP932にない文字も印字できる", default=False)
    envelopes = models.PositiveIntegerField("封筒の数", default=0)
    left_out = models.JSONField("除いた人数", default=dict)  # reason to count, never a person
    made_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    mailed_on = models.DateField("発送日", null=True)
    counted = models.PositiveIntegerField("納品された封筒の数", null=True)
    closing_words = models.CharField("違いの説明", max_length=200, default="")
    closed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(youngest__isnull=True)
                | Q(oldest__isnull=True)
                | Q(youngest__lte=F("oldest")),
                name="mailing_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, counted__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, counted__isnull=False),
                name="mailing_closed_by_somebody",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "number", "title", "base_date", "age_on", "youngest", "oldest", "bill_to",
            "all_characters", "envelopes", "left_out", "made_by", "made_at", "mailed_on",
            "counted", "closing_words", "closed_by", "closed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number
