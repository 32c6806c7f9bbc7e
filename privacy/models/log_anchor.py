"""An anchor (写し): the newest head of the chain, told to a second place."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LogAnchor(models.Model):
    """A fact: which head was told where and when, or that it could not be told. Never edited."""

    class Place(models.TextChoices):
        FILE = "file", _("別の場所のファイル")
        MAIL = "mail", _("区のメールボックス")

    place = models.CharField(max_length=4, choices=Place)
    number = models.BigIntegerField()
    through = models.BigIntegerField()
    head = models.BinaryField(max_length=32)
    told_at = models.DateTimeField()
    succeeded = models.BooleanField()
    error_code = models.CharField(max_length=20, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "-told_at"], name="anchor_by_place")]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "place", "number", "through", "head", "told_at", "succeeded", "error_code",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.place} {self.number}"
