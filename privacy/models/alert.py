"""An alert (警告): something about the log that a person must look at and answer for."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared.database import both_or_neither


class Alert(models.Model):
    """One matter of one day; counts only, no contents. It stays open until somebody answers."""

    class Kind(models.TextChoices):
        NO_CALL = "no_call", _("通話なしの閲覧が多い")
        SPIKE = "spike", _("閲覧がふだんより多い")
        OFF_HOURS = "off_hours", _("時間外の閲覧")
        MANY_LOOKERS = "many_lookers", _("同じ対象者を多くの職員が閲覧")
        FLAGGED = "flagged", _("転出・死亡の方の閲覧")
        MISSES = "misses", _("見つからない検索が多い")
        GUESSING = "guessing", _("住民の照合の失敗が多い")
        CHAIN = "chain", _("閲覧記録の検証で異常")
        CHAINER = "chainer", _("閲覧記録が綴じられていない")
        ANCHOR = "anchor", _("第二の場所に写しを送れない")
        WATCHED = "watched", _("管理者の確認が要る記録の閲覧")
        REVIEW_LATE = "review_late", _("抜き取った閲覧の確認が遅れている")
        UNEXPLAINED = "unexplained", _("抜き取った閲覧の理由が確かめられない")

        COUNTS = "counts", _("枠の数と台帳が合わない")
        ROSTER = "roster", _("予約名簿が時刻までに作られていない")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=14, choices=Kind)
    day = models.DateField()
    subject = models.CharField(max_length=40)  # whom or what it is about, as one word
    part = models.PositiveSmallIntegerField(default=1)  # rises where it grew after an answer
    staff = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    resident_id = models.UUIDField(null=True)
    count = models.PositiveIntegerField()
    usual = models.PositiveIntegerField(null=True)  # what would have been no matter
    note = models.CharField(max_length=60, default="")  # an error's name; never a person
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    answered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "day", "subject", "part"], name="alert_once_a_day"
            ),
            both_or_neither("answered_by", "answered_at", name="alert_answered_by_somebody"),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True)
                | models.Q(staff__isnull=True)
                | ~models.Q(answered_by=models.F("staff")),
                name="alert_not_answered_by_its_subject",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-raised_at"], name="alert_by_time")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "kind", "day", "subject", "part", "staff", "resident_id", "count", "usual",
            "note", "raised_at", "changed_at", "answered_by", "answered_at", "answer",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.day} ×{self.count}"
