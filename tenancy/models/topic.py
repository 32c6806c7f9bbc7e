"""A live topic (配信トピック): its newest picture and a sequence without gaps."""

from typing import ClassVar

from django.db import models


class Topic(models.Model):
    """What a console may watch; `seq` rises by one with each change of `body`."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)
    body = models.JSONField(default=dict)
    etag = models.CharField(max_length=64, default="")
    changed_at = models.DateTimeField()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"name", "seq", "body", "etag", "changed_at"}

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"
