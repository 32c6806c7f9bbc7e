"""The access log (閲覧記録): who looked at or changed whose record, when, why, during which call."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class AccessEntry(models.Model):
    """A fact about a look or a change. Never edited: the database grants no UPDATE or DELETE."""

    happened_at = models.DateTimeField()
    # Who: a staff account, or the resident over the web (then both are empty but the session).
    staff_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20, default="")
    network = models.CharField(max_length=64, default="")
    request_id = models.CharField(max_length=36, default="")
    # Whose, what, why, and which call.
    resident_id = models.UUIDField(null=True)
    what = models.CharField(max_length=40)
    why = models.CharField(max_length=120, default="")
    call_id = models.UUIDField(null=True)
    count = models.PositiveIntegerField(default=1)
    succeeded = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["resident_id", "happened_at"], name="access_by_resident"),
            models.Index(fields=["staff_id", "happened_at"], name="access_by_staff"),
            models.Index(
                fields=["call_id"],
                condition=models.Q(call_id__isnull=False),
                name="access_by_call",
            ),
            BrinIndex(fields=["happened_at"], name="access_by_time", autosummarize=True),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "happened_at", "staff_id", "role", "network", "request_id", "resident_id",
            "what", "why", "call_id", "count", "succeeded",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
