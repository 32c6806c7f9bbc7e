"""What happened to a parcel (受渡し履歴): a fact that is never edited."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ParcelEvent(models.Model):
    """One step on a parcel's way, so that it can be traced from its making to its end (S-75)."""

    class What(models.TextChoices):
        HANDED_IN = "handed_in", _("ファイルを受け取った")
        UNLOCKED = "unlocked", _("パスワードを入力した")
        WRONG_PASSWORD = "wrong_password", _("パスワードが合わなかった")
        CHECKED = "checked", _("中身を確認した")
        COMMITTED = "committed", _("取込みを承認した")
        APPLIED = "applied", _("取り込んだ")
        REFUSED = "refused", _("受け取らなかった")
        RETURNED = "returned", _("差し戻した")
        ASKED = "asked", _("作成を依頼した")
        BUILT = "built", _("作成した")
        RELEASED = "released", _("引渡しを承認した")
        FETCHED = "fetched", _("ファイルを渡した")
        PASSWORD_SHOWN = "password_shown", _("パスワード通知書を発行した")
        ERASED = "erased", _("ファイルを消した")
        WARD_TOLD = "ward_told", _("区にメールで知らせた")

    parcel = models.ForeignKey("exchange.Parcel", models.PROTECT, related_name="events")
    what = models.CharField(max_length=20, choices=What)
    words = models.CharField(max_length=400, default="")
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "parcel", "what", "words", "done_by", "happened_at"}

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
