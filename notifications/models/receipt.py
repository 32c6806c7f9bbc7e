"""A receipt (到達通知): what the carrier said about a message, once. Never edited."""

from typing import ClassVar

from django.db import models


class Receipt(models.Model):
    """Stored first, judged afterwards: order, repetition and silence mean nothing."""

    provider_id = models.CharField(max_length=40)
    attempt_id = models.UUIDField(null=True)  # from the signed address; the row may be unknown
    status = models.CharField(max_length=20)
    error_code = models.CharField(max_length=10, default="")
    done_date = models.CharField(max_length=10, default="")  # the network's clock, no zone
    was_asked = models.BooleanField(default=False)  # we asked; not told by a callback
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider_id", "status", "error_code", "done_date"], name="receipt_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["attempt_id"],
                condition=models.Q(attempt_id__isnull=False),
                name="receipt_by_attempt",
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "provider_id", "attempt_id", "status", "error_code", "done_date", "was_asked",
            "received_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.provider_id} {self.status}"
