"""A municipality's key, wrapped by a key that is not in the database."""

from typing import ClassVar

from django.db import models


class WrappedKey(models.Model):
    """One key, useless without the key file."""

    class Purpose(models.TextChoices):
        DATA = "data", "列の暗号化"
        INDEX = "index", "検索用の照合値"

    purpose = models.CharField(max_length=10, choices=Purpose, unique=True)
    wrapping_key = models.CharField(max_length=20)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "purpose", "wrapping_key", "wrapped", "made_at"}

    def __str__(self) -> str:
        return self.purpose
