"""A parcel (受渡しファイル): one sealed file that enters or leaves, and how far it has come."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText


class Parcel(models.Model):
    """The file itself lies sealed in the spool; here stands what is known about it."""

    class Direction(models.TextChoices):
        IN = "in", _("受領")
        OUT = "out", _("引渡し")

    class State(models.TextChoices):
        RECEIVED = "received", _("パスワード待ち")
        CHECKING = "checking", _("確認中")
        CHECKED = "checked", _("承認待ち")
        APPLYING = "applying", _("取込中")
        APPLIED = "applied", _("取込済み")
        REFUSED = "refused", _("受取拒否")
        RETURNED = "returned", _("差戻し")
        BUILDING = "building", _("作成中")
        SEALED = "sealed", _("引渡し待ち")
        FETCHED = "fetched", _("ファイル引渡し済み")
        CLOSED = "closed", _("引渡し完了")
        EXPIRED = "expired", _("期限切れで廃棄")

    class Load(models.TextChoices):
        FULL = "full", _("全件")
        DELTA = "delta", _("差分")

    class Purpose(models.TextChoices):
        REGISTER = "register", _("予約対象者の登録")
        VISIT_DAY = "visit_day", _("当日の会場での受付")
        WARD_CHECK = "ward_check", _("区による照合・確認")
        INCIDENT = "incident", _("漏えい等の調査・報告")
        PRINTING = "printing", _("接種券の印刷・封入・発送")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("受渡し番号", max_length=20, unique=True)
    direction = models.CharField(max_length=3, choices=Direction)
    state = models.CharField("状態", max_length=10, choices=State)
    layout = models.CharField("レイアウト", max_length=4)
    layout_version = models.PositiveSmallIntegerField(default=1)
    load = models.CharField("全件・差分", max_length=5, choices=Load, default=Load.FULL)
    purpose = models.CharField(
        "利用目的", max_length=12, choices=Purpose, default="", db_default=""
    )
    encoding = models.CharField("文字コード", max_length=10, default="utf-8")
    base_date = models.DateField("基準日")  # of a roster: the day it is for
    declared_rows = models.PositiveIntegerField("申告された件数", null=True)
    rows = models.PositiveIntegerField("件数", null=True)
    is_dummy = models.BooleanField("ダミーデータ", default=False)
    is_scheduled = models.BooleanField("毎日の自動作成", default=False)
    spool_name = models.CharField(max_length=60, default="")  # empty: no longer here
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    csv_sha256 = models.CharField(max_length=64, default="")
    # Kept only while it is needed: typed and not yet committed, made and not yet shown.
    password = SealedText(null=True)
    failures = models.PositiveSmallIntegerField("パスワードの誤り", default=0)
    fetches = models.PositiveSmallIntegerField("受取りの回数", default=0, db_default=0)
    progress = models.PositiveSmallIntegerField("進み（％）", default=0)
    summary = models.JSONField(default=dict)  # counts, never a person
    repeat_reason = models.CharField("同じファイルを再び受け取る理由", max_length=200, default="")
    partial_reason = models.CharField("誤りのない行だけを取り込む理由", max_length=200, default="")
    closing_words = models.CharField("拒否・差戻しの理由", max_length=400, default="")
    first_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    unlocked_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    mailing = models.ForeignKey("booking.Mailing", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="parcel_two_people",
            ),
            models.CheckConstraint(
                condition=Q(unlocked_by__isnull=True) | ~Q(unlocked_by=F("first_by")),
                name="parcel_password_by_another",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="parcel_progress"),
            models.CheckConstraint(condition=Q(fetches__lte=3), name="parcel_fetched_thrice"),
            models.UniqueConstraint(
                fields=["layout", "base_date"],
                condition=Q(is_scheduled=True),
                name="parcel_scheduled_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="parcel_by_sha256")]

    class Privacy:
        sealed: ClassVar[set[str]] = {"password"}
        plain: ClassVar[set[str]] = {
            "id", "number", "direction", "state", "layout", "layout_version", "load", "encoding",
            "base_date", "declared_rows", "rows", "is_dummy", "is_scheduled", "spool_name", "size",
            "sha256", "csv_sha256", "failures", "progress", "summary", "repeat_reason",
            "partial_reason", "closing_words", "first_by", "unlocked_by", "second_by", "made_at",
            "changed_at", "fetches", "purpose", "mailing",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_working(self) -> bool:
        """Whether something is being done with it right now."""
        return self.state in {self.State.CHECKING, self.State.APPLYING, self.State.BUILDING}

    @property
    def aim(self) -> "Parcel.Purpose":
        """What it is for; one made before purposes were named has that of its layout."""
        if self.purpose:
            return self.Purpose(self.purpose)
        old = {"TGT": self.Purpose.REGISTER, "INC": self.Purpose.INCIDENT}
        return old.get(self.layout, self.Purpose.VISIT_DAY)

    @property
    def errors(self) -> int:
        """Rows that cannot be taken as they stand, as the dry run counted them."""
        return int(self.summary.get("refused", 0))
