"""One print in the print log (印刷ログ): the five attributes of the founding document (S-93, S-94)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class PrintLogEntry(models.Model):
    """From which computer, when, which file, to which printer, how many sheets; never edited."""

    computer = models.CharField("印刷元コンピュータ名", max_length=63)
    printed_at = models.DateTimeField("印刷日時")
    file_name = models.CharField("印刷ファイル名", max_length=255)
    printer = models.CharField("印刷先プリンタ名", max_length=63)
    sheets = models.PositiveIntegerField("印刷枚数")
    planned = models.PositiveIntegerField("予定枚数")
    reason = models.CharField("超過理由", max_length=200, default="")
    entered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-printed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(computer="") & ~Q(file_name="") & ~Q(printer="") & Q(sheets__gte=1),
                name="print_log_five_attributes",
            ),
            models.CheckConstraint(
                condition=Q(sheets__lte=F("planned")) | ~Q(reason=""),
                name="print_log_over_has_reason",
            ),
            models.UniqueConstraint(
                fields=["printed_at", "computer", "printer", "file_name"], name="print_log_once"
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "computer", "printed_at", "file_name", "printer", "sheets", "planned", "reason",
            "entered_by", "entered_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.file_name
