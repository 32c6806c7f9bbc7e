"""A request to the ward (区への依頼): somebody who is not on the list, or whose record is wrong."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText


class WardRequest(models.Model):
    """What the caller gave and asked for; only the ward can answer it."""

    class Question(models.TextChoices):
        NOT_ON_LIST = "not_on_list", _("名簿に見つからない")
        NO_VOUCHER = "no_voucher", _("接種券が届かない・なくした")
        MOVED_IN = "moved_in", _("転入した")
        WRONG_RECORD = "wrong_record", _("記録がちがう")
        OTHER = "other", _("その他")

    class Answer(models.TextChoices):
        ENROLLED = "enrolled", _("名簿に載せた")
        REISSUED = "reissued", _("接種券を再発行した")
        NOT_ELIGIBLE = "not_eligible", _("対象外だった")
        TOLD = "told", _("区から連絡した")
        NOTHING = "nothing", _("対応不要だった")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey("callcentre.Call", models.PROTECT, related_name="ward_requests")
    question = models.CharField(_("依頼の内容"), max_length=12, choices=Question)
    voucher_number = SealedText(null=True)
    phone = SealedText(null=True)
    text = SealedText(null=True)
    asked_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(_("対応"), max_length=12, choices=Answer, default="")
    closed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_by__isnull=True, closed_at__isnull=True, answer="")
                | (
                    models.Q(closed_by__isnull=False, closed_at__isnull=False)
                    & ~models.Q(answer="")
                ),
                name="ward_request_closed_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(closed_at__isnull=True),
                name="ward_request_open",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"voucher_number", "phone", "text"}
        plain: ClassVar[set[str]] = {
            "id", "call", "question", "asked_by", "asked_at", "answer", "closed_by", "closed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.question} {self.asked_at:%Y-%m-%d}"
