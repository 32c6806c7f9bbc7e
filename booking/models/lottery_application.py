"""An application for a lottery (抽選の申込み): wishes in order, and what the draw gave."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText


class LotteryApplication(models.Model):
    """One for each person and lottery: who withdraws and applies again keeps the id, and the lot.

    A wish is a venue, a day and a part of the day, each may be left open.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("申込み済み")
        WITHDRAWN = "withdrawn", _("取下げ")
        NOT_ADMITTED = "not_admitted", _("抽選の対象外")
        WON = "won", _("当選")
        LOST = "lost", _("落選")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lottery = models.ForeignKey("booking.Lottery", models.PROTECT, related_name="applications")
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="+")
    number = models.CharField(_("受付番号"), max_length=14, unique=True)
    wishes = models.JSONField(default=list)
    phone = SealedText(null=True)
    email = SealedText(null=True)
    language = models.CharField(max_length=8, default="ja")
    notice_version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State, default=State.APPLIED)
    lot = models.BigIntegerField(null=True)
    wish_met = models.PositiveSmallIntegerField(null=True)  # the first one is 1
    bucket_ids = models.JSONField(default=list)  # the place of each dose, as drawn
    settled_at = models.DateTimeField(null=True)  # booked and told, or told
    refused_because = models.CharField(max_length=40, default="")  # the claim said no after all
    applied_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lottery", "resident"], name="lottery_apply_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["lottery", "lot", "id"],
                condition=Q(settled_at=None, state__in=("won", "lost")),
                name="lottery_to_settle",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"phone", "email"}
        plain: ClassVar[set[str]] = {
            "id", "lottery", "resident", "number", "wishes", "language", "notice_version", "state",
            "lot", "wish_met", "bucket_ids", "settled_at", "refused_because", "applied_at",
            "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.number
