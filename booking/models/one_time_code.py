"""A one-time code (確認コード): six figures sent to the contact on record."""

import uuid
from typing import ClassVar

from django.db import models


class OneTimeCode(models.Model):
    """Kept only as what it hashes to; without a resident it is a decoy that never opens."""

    class Purpose(models.TextChoices):
        ENTER = "enter", "予約の確認に入る"
        CONTACT = "contact", "連絡先を変える"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    resident = models.ForeignKey("booking.Resident", models.CASCADE, null=True, related_name="+")
    code_index = models.BinaryField(max_length=16)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="code_by_end")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "purpose", "resident", "code_index", "tries", "made_at", "expires_at", "used_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d %H:%M}"
