"""A handover record (確認書): who gave what to whom, when and how much; corrected only by another."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class HandoverRecord(models.Model):
    """A fact of S-75: date and time, handlers of both sides, content, quantity. Never edited."""

    class Moment(models.TextChoices):
        RECEIVED = "received", _("受領")
        HANDED_OVER = "handed_over", _("引渡し")
        ERASED = "erased", _("消去")

    number = models.CharField("確認書番号", max_length=24, unique=True)
    parcel = models.ForeignKey("exchange.Parcel", models.PROTECT, related_name="handovers")
    moment = models.CharField("区分", max_length=12, choices=Moment)
    happened_at = models.DateTimeField("日時")
    given_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    taken_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    given_by_words = models.CharField("渡した人", max_length=120)
    taken_by_words = models.CharField("受け取った人", max_length=120)
    content = models.CharField("情報の内容", max_length=200)
    owning_section = models.CharField("保有課", max_length=40)
    registered_business = models.CharField("登録業務の名称", max_length=40)
    medium = models.CharField("媒体", max_length=60)
    rows = models.PositiveIntegerField("数量（件）")
    sha256 = models.CharField("SHA-256", max_length=64)
    note = models.CharField("備考", max_length=200, default="")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(given_by=F("taken_by")), name="handover_two_people"
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "number", "parcel", "moment", "happened_at", "given_by", "taken_by",
            "given_by_words", "taken_by_words", "content", "owning_section",
            "registered_business", "medium", "rows", "sha256", "note", "corrects",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number
