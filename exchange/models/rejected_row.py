"""A finding in a ward's file (取込エラー): where and what kind, never the value."""

from typing import ClassVar

from django.db import models


class RejectedRow(models.Model):
    """One cell of one row that is refused (E) or should be looked at (W)."""

    parcel = models.ForeignKey("exchange.Parcel", models.CASCADE, related_name="rejected_rows")
    row = models.PositiveIntegerField("行番号")
    column = models.CharField("項目", max_length=40, default="")
    code = models.CharField("コード", max_length=3)
    words = models.CharField("説明", max_length=400)

    class Meta:
        ordering: ClassVar = ["parcel_id", "row", "id"]
        indexes: ClassVar = [models.Index(fields=["parcel", "code"], name="rejected_by_code")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "parcel", "row", "column", "code", "words"}

    def __str__(self) -> str:
        return f"{self.row} {self.code}"
