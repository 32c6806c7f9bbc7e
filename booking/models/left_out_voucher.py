"""A voucher left out of a mailing (除外) for a reason somebody can mend."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeftOutVoucher(models.Model):
    """Why a live voucher is in no envelope of a mailing; one reason, the first that holds."""

    class Reason(models.TextChoices):
        SENT = "sent", _("すでに発送の手続きに入っている")
        FLAGGED = "flagged", _("転出・死亡")
        OUT_OF_AREA = "out_of_area", _("住所地外（ほかの自治体が発行）")
        STALE = "stale", _("最新の全件の名簿にいない")
        BIRTH_UNKNOWN = "birth_unknown", _("生年月日の一部が不詳")
        UNDER_AGE = "under_age", _("接種の対象年齢に達していない")
        OTHER_AGE = "other_age", _("この便の年齢ではない")
        NO_POSTAL_CODE = "no_postal", _("郵便番号がない")
        GAIJI = "gaiji", _("外字・置換文字が残っている")
        CHARACTERS = "characters", _("印字できない文字がある（CP932にない）")
        LONG_ADDRESS = "long_address", _("住所が3行に収まらない")

    #: Reasons that the ward's next list can mend; the others are as they should be.
    MENDABLE: ClassVar = (
        Reason.STALE, Reason.BIRTH_UNKNOWN, Reason.NO_POSTAL_CODE, Reason.GAIJI,
        Reason.CHARACTERS, Reason.LONG_ADDRESS,
    )  # fmt: skip

    mailing = models.ForeignKey("booking.Mailing", models.PROTECT, related_name="+")
    voucher = models.ForeignKey("booking.Voucher", models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=13, choices=Reason)

    class Meta:
        ordering: ClassVar = ["reason", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "voucher"], name="left_out_once"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "mailing", "voucher", "reason"}

    def __str__(self) -> str:
        return self.reason
