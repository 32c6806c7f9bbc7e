"""A message (送信待ち): one promise to tell one person one thing."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText


class Kind(models.TextChoices):
    """What is told."""

    CONFIRMED = "confirmed", _("予約完了")
    MOVED = "moved", _("予約変更")
    CANCELLED = "cancelled", _("予約取消")
    REMINDER = "reminder", _("前日のお知らせ")
    DAY_CLOSED = "day_closed", _("会場の休止")
    CODE = "code", _("確認コード")


class Carrier(models.TextChoices):
    """By which way; `call` is the person's list: somebody must telephone (架電リスト)."""

    SMS = "sms", _("SMS")
    MAIL = "mail", _("メール")
    CALL = "call", _("電話")


class State(models.TextChoices):
    """Where the promise stands. `unknown` means: it may have gone, nobody knows yet."""

    PENDING = "pending", _("送信待ち")
    SENDING = "sending", _("送信中")
    ACCEPTED = "accepted", _("受付済み")
    SENT = "sent", _("送信済み")
    DELIVERED = "delivered", _("到達")
    UNDELIVERED = "undelivered", _("不達")
    FAILED = "failed", _("失敗")
    UNKNOWN = "unknown", _("結果不明")
    SUPERSEDED = "superseded", _("差し替え")
    SUPPRESSED = "suppressed", _("送信中止")
    NEEDS_CALL = "needs_call", _("要架電")
    TOLD = "told", _("電話で連絡済み")


class Message(models.Model):
    """One promise; unique per what it is about, kind, version and way, so nobody is told twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    reference = models.UUIDField()  # what it is about: a reservation's id
    version = models.PositiveIntegerField(default=1)
    carrier = models.CharField(max_length=4, choices=Carrier)
    language = models.CharField(max_length=8, default="ja")
    recipient = SealedText()
    subject = SealedText(null=True)
    body = SealedText()
    template_version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    provider_id = models.CharField(max_length=40, default="")
    error_code = models.CharField(max_length=10, default="")
    resolved_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference", "kind", "version", "carrier"], name="message_told_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state="pending"),
                name="message_due",
            ),
            models.Index(fields=["state", "changed_at"], name="message_by_state"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"recipient", "subject", "body"}
        plain: ClassVar[set[str]] = {
            "id", "kind", "reference", "version", "carrier", "language", "template_version",
            "state", "not_before", "not_after", "created_at", "changed_at", "provider_id",
            "error_code", "resolved_by", "resolved_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}/{self.carrier} {self.state}"
