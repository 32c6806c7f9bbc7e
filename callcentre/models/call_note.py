"""A call note (応対メモ): why somebody called and what came of it, by choice first (S-136)."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText
from shared.database import both_or_neither


class CallNote(models.Model):
    """Two choices and at most one short text, which the ward may have shredded."""

    class Reason(models.TextChoices):
        BOOK = "book", _("新しい予約")
        CHANGE = "change", _("予約の変更")
        CANCEL = "cancel", _("予約の取消")
        CONFIRM = "confirm", _("予約内容の確認")
        HOW_TO = "how_to", _("予約方法・ホームページ")
        VENUE = "venue", _("会場・持ち物・交通")
        VOUCHER = "voucher", _("接種券について")
        MEDICAL = "medical", _("接種の相談（相談窓口へ）")
        TOLD = "told", _("こちらからの連絡")
        COMPLAINT = "complaint", _("ご意見・苦情")
        WRONG_NUMBER = "wrong_number", _("間違い電話・無言")
        OTHER = "other", _("その他")

    class Outcome(models.TextChoices):
        CLAIMED = "claimed", _("予約した")
        MOVED = "moved", _("変更した")
        CANCELLED = "cancelled", _("取り消した")
        ANSWERED = "answered", _("回答した")
        NO_PLACE = "no_place", _("希望の枠がなかった")
        WARD = "ward", _("区へ依頼した")
        REFERRED = "referred", _("ほかの窓口を案内した")
        CALL_BACK = "call_back", _("折り返すことにした")
        NOT_IDENTIFIED = "not_identified", _("本人確認ができなかった")
        NOT_REACHED = "not_reached", _("つながらなかった")
        BROKEN_OFF = "broken_off", _("途中で切れた")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.OneToOneField("callcentre.Call", models.PROTECT, related_name="note")
    reason = models.CharField(_("用件"), max_length=12, choices=Reason)
    outcome = models.CharField(_("結果"), max_length=14, choices=Outcome)
    text = SealedText(null=True)
    is_delicate = models.BooleanField(default=False)  # a warned word stands in the text
    written_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    shredded_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            both_or_neither("shredded_by", "shredded_at", name="note_shredded_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(shredded_at__isnull=True) | models.Q(text__isnull=True),
                name="note_shredded_has_no_text",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"text"}
        plain: ClassVar[set[str]] = {
            "id", "call", "reason", "outcome", "is_delicate", "written_by", "written_at",
            "shredded_by", "shredded_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reason} {self.outcome}"
