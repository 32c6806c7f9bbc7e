"""A pledge (誓約): somebody who works here has read what binds them, and said so (S-133)."""

import uuid
from typing import ClassVar

from django.db import models


class Pledge(models.Model):
    """A fact: who accepted which version, the words as they were shown, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="pledges")
    version = models.PositiveIntegerField()
    words = models.TextField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "version"], name="pledge_once_a_version"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "staff", "version", "words", "accepted_at"}
        append_only = True

    def __str__(self) -> str:
        return f"v{self.version} {self.accepted_at:%Y-%m-%d}"
