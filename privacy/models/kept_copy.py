"""A copy (複製): where a backup lies, under which key, until when; and the end of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptCopy(models.Model):
    """A fact: a copy of this municipality's data was made with the ward's consent. Never edited."""

    class Kind(models.TextChoices):
        BACKUP = "backup", _("データの控え")
        KEYS = "backup_keys", _("鍵の控え")
        SPOILED = "spoiled", _("復元の前のデータ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    place = models.CharField(max_length=300)  # machine and file, or the schema
    consent = models.CharField(max_length=120)
    key_name = models.CharField(max_length=16, default="")  # of the backup key; none for a schema
    size = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    keep_until = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "place", "made_at"], name="copy_listed_once"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "kind", "place", "consent", "key_name", "size", "made_at", "keep_until",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class CopyEnd(models.Model):
    """A fact: the copy is destroyed; how, and who says so. Never edited."""

    copy = models.OneToOneField(KeptCopy, models.PROTECT, primary_key=True, related_name="end")
    destroyed_at = models.DateTimeField()
    way = models.CharField(max_length=120)
    told_by = models.CharField(max_length=60)

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"copy", "destroyed_at", "way", "told_by"}

    def __str__(self) -> str:
        return f"{self.copy_id} {self.destroyed_at:%Y-%m-%d}"
