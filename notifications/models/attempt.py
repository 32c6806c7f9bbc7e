"""An attempt (送達): one try to keep a promise, and what became of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Carrier


class Result(models.TextChoices):
    """What became of a try, as far as it is known."""

    SENDING = "sending", _("送信中")
    ACCEPTED = "accepted", _("受付済み")
    REFUSED = "refused", _("拒否")
    LATER = "later", _("後で再送")
    HALTED = "halted", _("設定の誤り")
    UNKNOWN = "unknown", _("結果不明")
    NOT_SENT = "not_sent", _("未送信と確認")
    TOLD = "told", _("電話で伝えた")
    NO_ANSWER = "no_answer", _("応答なし")
    WRONG_NUMBER = "wrong_number", _("番号違い")
    NOT_NEEDED = "not_needed", _("連絡不要")
    CALL_AGAIN = "call_again", _("かけ直す")


MAY_HAVE_GONE = (Result.SENDING, Result.UNKNOWN)


class Attempt(models.Model):
    """Written and committed before anything leaves, so that no try is ever forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey("notifications.Message", models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    carrier = models.CharField(max_length=4, choices=Carrier)
    tried_at = models.DateTimeField()
    result = models.CharField(max_length=12, choices=Result, default=Result.SENDING)
    recipient_index = models.BinaryField(max_length=16, null=True)  # for the cap of one number
    provider_id = models.CharField(max_length=40, default="")
    status = models.CharField(max_length=20, default="")  # the carrier's own word
    error_code = models.CharField(max_length=10, default="")
    ended_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when the carrier was last asked about it
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="attempt_provider_id"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tried_at"],
                condition=Q(result__in=MAY_HAVE_GONE),
                name="attempt_may_have_gone",
            ),
            models.Index(
                fields=["tried_at"],
                condition=Q(
                    result="accepted", status__in=["", "accepted", "queued", "sending", "sent"]
                ),
                name="attempt_on_its_way",
            ),
            models.Index(fields=["carrier", "tried_at"], name="attempt_by_day"),
            models.Index(
                fields=["recipient_index", "tried_at"],
                condition=Q(recipient_index__isnull=False),
                name="attempt_by_recipient",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"recipient_index"}
        plain: ClassVar[set[str]] = {
            "id", "message", "number", "carrier", "tried_at", "result", "provider_id", "status",
            "error_code", "ended_at", "asked_at", "done_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.carrier} {self.number} {self.result}"
