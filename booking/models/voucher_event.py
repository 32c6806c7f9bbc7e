"""A fact in the life of a voucher (接種券の経過) that is not seen from the voucher itself."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class VoucherEvent(models.Model):
    """Never edited. Its issue is `Voucher.issued_at`; its mailing is its `Envelope`."""

    class What(models.TextChoices):
        REPLACED = "replaced", _("再発行により失効した")
        STOPPED = "stopped", _("番号を止めた")
        LOST = "lost", _("紛失の届出があった")
        RETURNED = "returned", _("郵便で戻ってきた（宛先不明など）")

    voucher = models.ForeignKey("booking.Voucher", models.PROTECT, related_name="events")
    what = models.CharField("できごと", max_length=10, choices=What)
    words = models.CharField("備考", max_length=200, default="", db_default="")
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "voucher", "what", "words", "done_by", "happened_at"}

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d}"
