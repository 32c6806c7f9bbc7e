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
        DELIVERED = "delivered", _("納品")
        RETURNED = "returned", _("返却")
        ERASED = "erased", _("消去")

    class Thing(models.TextChoices):
        DATA = "data", _("暗号化したファイル")
        NOTICE = "notice", _("パスワード通知書")
        ENVELOPES = "envelopes", _("封入封緘した通知書")

    number = models.CharField("確認書番号", max_length=24, unique=True)
    parcel = models.ForeignKey(
        "exchange.Parcel", models.PROTECT, null=True, related_name="handovers"
    )
    on_medium = models.ForeignKey(
        "exchange.Medium", models.PROTECT, null=True, related_name="handovers"
    )
    moment = models.CharField("区分", max_length=12, choices=Moment)
    thing = models.CharField(
        "渡したもの", max_length=10, choices=Thing, default=Thing.DATA, db_default=Thing.DATA
    )
    happened_at = models.DateTimeField("日時")
    given_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    taken_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    # Who wrote it down, where that is not who took the thing; the other side answers.
    written_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    given_by_words = models.CharField("渡した人", max_length=120)
    taken_by_words = models.CharField("受け取った人", max_length=120)
    content = models.CharField("情報の内容", max_length=200)
    owning_section = models.CharField("保有課", max_length=40)
    registered_business = models.CharField("登録業務の名称", max_length=40)
    medium = models.CharField("媒体", max_length=60)
    rows = models.PositiveIntegerField("数量（件）")
    # Of a delivery: taken out again before it, and what was to be delivered still.
    pulled = models.PositiveIntegerField("抜取（件）", null=True)
    expected = models.PositiveIntegerField("納品されるべき数量（件）", null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    note = models.CharField("備考", max_length=200, default="")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    # What was given and now comes back, is delivered or erased.
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(given_by=F("taken_by")), name="handover_two_people"
            ),
            models.CheckConstraint(
                condition=Q(parcel__isnull=False) | Q(on_medium__isnull=False),
                name="handover_of_something",
            ),
            models.CheckConstraint(
                condition=Q(moment__in=["received", "handed_over"], follows__isnull=True)
                | Q(moment__in=["delivered", "returned", "erased"], follows__isnull=False),
                name="handover_follows_a_giving",
            ),
            models.CheckConstraint(
                condition=~Q(moment="delivered")
                | Q(expected__isnull=False, pulled__isnull=False)
                & (Q(rows=F("expected")) | ~Q(note="")),
                name="handover_difference_explained",
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(moment__in=["returned", "erased"], corrects__isnull=True),
                name="handover_ends_once",
            ),
            models.UniqueConstraint(
                fields=["on_medium", "thing"],
                condition=Q(moment="handed_over", corrects__isnull=True),
                name="handover_medium_given_once",
            ),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "number", "parcel", "moment", "happened_at", "given_by", "taken_by",
            "given_by_words", "taken_by_words", "content", "owning_section",
            "registered_business", "medium", "rows", "sha256", "note", "corrects", "thing",
            "on_medium", "written_by", "pulled", "expected", "follows",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_notice(self) -> bool:
        """Whether it is about the password's paper, which has a record of its own (S-73)."""
        return self.thing == self.Thing.NOTICE

    @property
    def writer_id(self) -> object:
        """Who wrote it: who took the thing, where nobody else is named."""
        return self.written_by_id or self.taken_by_id
