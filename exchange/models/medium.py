"""A medium (記録媒体) with sealed data, and where it and its password notice are locked away (S-72)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Medium(models.Model):
    """In use until it is returned or erased; its data and its notice never lie in one place."""

    class Ending(models.TextChoices):
        RETURNED = "returned", _("返却した")
        ERASED = "erased", _("消去・廃棄した")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("媒体の管理番号", max_length=40, unique=True)
    kind = models.CharField("媒体の種類", max_length=40)
    # The file it was written from, where it was made here.
    parcel = models.ForeignKey("exchange.Parcel", models.PROTECT, null=True, related_name="media")
    content = models.CharField("情報の内容", max_length=200)
    data_place = models.CharField("媒体の保管場所", max_length=60)
    notice_place = models.CharField("パスワード通知書の保管場所", max_length=60)
    given_on = models.DateField("提供した日")
    entered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ending = models.CharField(max_length=8, choices=Ending, default="")
    ended_words = models.CharField(max_length=200, default="")
    ended_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["given_on", "number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(data_place=F("notice_place")), name="medium_two_places"
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(ending="") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="medium_ended_by_somebody",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "number", "kind", "parcel", "content", "data_place", "notice_place", "given_on",
            "entered_by", "entered_at", "ending", "ended_words", "ended_by", "ended_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number
