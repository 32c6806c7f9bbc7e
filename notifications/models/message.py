"""A message (送信待ち): one promise to tell one person one thing."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText
from shared.database import both_or_neither


class Kind(models.TextChoices):
    """What is told."""

    CONFIRMED = "confirmed", _("予約完了")
    MOVED = "moved", _("予約変更")
    CANCELLED = "cancelled", _("予約取消")
    REMINDER = "reminder", _("前日のお知らせ")
    DAY_CLOSED = "day_closed", _("会場の休止")
    TRANSFERRED = "transferred", _("休止による振替")
    CODE = "code", _("確認コード")
    CONTACT = "contact", _("連絡先の変更")
    OFFERED = "offered", _("空きの案内")
    LEFTOVER = "leftover", _("当日の余りの案内")
    NOT_DRAWN = "not_drawn", _("抽選の結果")
    ASSIGNED = "assigned", _("日時の割当て")


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
    NOT_OWED = "not_owed", _("送信不要")


# Asked for right now by the person: these go first, and through quiet hours while they are fresh.
ASKED_FOR_NOW = (Kind.CODE, Kind.CONTACT, Kind.CONFIRMED, Kind.MOVED, Kind.CANCELLED)
# That a venue is closed, or closed and another place kept: these choose their own time.
ABOUT_CLOSING = (Kind.DAY_CLOSED, Kind.TRANSFERRED)
# May be sent in the quiet hours while fresh.
MAY_PASS = (*ASKED_FOR_NOW, *ABOUT_CLOSING)
# The error code of what was accepted and never reported again.
UNHEARD = "no_receipt"
# On somebody's list until a person has seen to it: nothing that failed is silent.
FOR_A_PERSON = (
    State.NEEDS_CALL,
    State.FAILED,
    State.UNDELIVERED,
    State.UNKNOWN,
    State.SUPPRESSED,
)


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def for_a_person(self) -> Self:
        """What somebody must see to: to be told by telephone, failed, unknown or dropped.

        Never a one-time code: it is for its receiver's eyes only, who asks for another.
        """
        listed = self.filter(state__in=FOR_A_PERSON, resolved_at__isnull=True)
        return listed.exclude(kind=Kind.CODE)

    def about(self, reference: uuid.UUID) -> Self:
        """Everything promised about one reservation, the newest first."""
        return self.filter(reference=reference).order_by("-created_at", "-version")


class Message(models.Model):
    """One promise; unique per what it is about, kind, version and way, so nobody is told twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    reference = models.UUIDField()  # what it is about: a reservation's id
    person_id = models.UUIDField(null=True)  # whom it is for: a resident's id, for the access log
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
    call_after = models.DateTimeField(null=True)  # a person tries again then
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    provider_id = models.CharField(max_length=40, default="")
    error_code = models.CharField(max_length=10, default="")
    resolved_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            both_or_neither("resolved_by", "resolved_at", name="message_resolved_by_somebody"),
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
            models.Index(
                fields=["not_before"],
                condition=models.Q(state="pending", kind__in=ASKED_FOR_NOW),
                name="message_due_first",
            ),
            models.Index(fields=["state", "changed_at"], name="message_by_state"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"recipient", "subject", "body"}
        plain: ClassVar[set[str]] = {
            "id", "kind", "reference", "person_id", "version", "carrier", "language", "template_version",
            "state", "not_before", "not_after", "call_after", "created_at", "changed_at", "provider_id",
            "error_code", "resolved_by", "resolved_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}/{self.carrier} {self.state}"
