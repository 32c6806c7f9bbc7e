"""A template (文面の版): the words of one kind of message, in one language. Never edited."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from notifications.models.message import Carrier, Kind


class MessageTemplate(models.Model):
    """One version; a change is a new version, and messages name the one they were made from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    carrier = models.CharField(max_length=4, choices=Carrier)
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=100, default="")
    text = models.TextField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "carrier", "language", "version"], name="template_version"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="template_version_counts_from_one"
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "kind", "carrier", "language", "version", "subject", "text", "reason",
            "made_by", "made_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}/{self.carrier}/{self.language} v{self.version}"
