"""What an organisation submits to the ward every month (提出物): logs of its PCs, lists of entries."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """One month's log or list, who took it in and where it is kept; a fact (S-86, S-97)."""

    class Kind(models.TextChoices):
        PC_LOG = "pc_log", _("パソコンのログ")
        ENTRY_LIST = "entry_list", _("入退室の記録")

    kind = models.CharField(max_length=10, choices=Kind)
    organisation = models.CharField("提出した組織", max_length=60)
    month = models.DateField("対象の月")
    place = models.CharField("保管場所", max_length=100)
    received_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-month", "organisation", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "month"], name="submission_once"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1) & ~Q(organisation="") & ~Q(place=""),
                name="submission_of_a_month",
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "kind", "organisation", "month", "place", "received_by", "received_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} {self.kind} {self.month:%Y-%m}"
