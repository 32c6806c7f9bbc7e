"""A failure budget (失敗回数の枠): how often something may go wrong in a while."""

from typing import ClassVar

from django.db import models


class FailureBudget(models.Model):
    """What one key has spent in its present window; the key itself cannot be read back."""

    kind = models.CharField(max_length=30)
    key_index = models.BinaryField(max_length=16)
    count = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key_index"], name="budget_one_a_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="budget_by_end")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "kind", "key_index", "count", "ends_at"}

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"
