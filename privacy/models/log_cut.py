"""A cut of the access log (閲覧記録の切り離し): up to which link old lines were let go."""

from typing import ClassVar

from django.db import models


class LogCut(models.Model):
    """A fact, signed with the municipality's key: from here on the chain is verified."""

    number = models.BigIntegerField(primary_key=True)  # the last link that is gone
    through = models.BigIntegerField()
    head = models.BinaryField(max_length=32)
    kept_years = models.PositiveSmallIntegerField()
    consent = models.CharField(max_length=40)  # the ward's written consent
    cut_at = models.DateTimeField()
    signature = models.BinaryField(max_length=32)

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "number", "through", "head", "kept_years", "consent", "cut_at", "signature",
        }  # fmt: skip

    def __str__(self) -> str:
        return str(self.number)
