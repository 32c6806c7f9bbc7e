"""A console (電話受付の画面): the one window in which an operator works; others may read."""

import uuid
from typing import ClassVar

from django.db import models


class Console(models.Model):
    """One row per operator: which session and which window of it, and when it was last alive."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.OneToOneField("tenancy.Staff", models.PROTECT, related_name="+")
    sign_in = models.CharField(max_length=16)  # tenancy.sessions.SIGN_IN of the session
    window = models.CharField(max_length=32, blank=True, default="")  # none without scripts
    seen_at = models.DateTimeField()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "staff", "sign_in", "window", "seen_at"}

    def __str__(self) -> str:
        return f"{self.staff_id} {self.seen_at:%H:%M:%S}"
