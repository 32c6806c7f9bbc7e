"""A party to a call (通話の対象者): a resident who is dealt with in it, and who speaks for them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models import Reservation
from shared.database import both_or_neither


class CallParty(models.Model):
    """The identity check (本人確認) is a state machine here: asking → passed, or → escalated.

    Which items were right is kept; the answers themselves are not.
    """

    class Identity(models.TextChoices):
        ASKING = "asking", _("確認中")
        PASSED = "passed", _("確認済み")
        ESCALATED = "escalated", _("折り返し・管理者へ")

    class FoundBy(models.TextChoices):
        VOUCHER = "voucher", _("接種券番号")
        RESERVATION = "reservation", _("予約番号")
        PHONE = "phone", _("電話番号")
        NAME = "name", _("氏名と生年月日")
        MESSAGE = "message", _("連絡リスト")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey("callcentre.Call", models.PROTECT, related_name="parties")
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    speaker = models.CharField(
        max_length=10, choices=Reservation.Speaker, default=Reservation.Speaker.SELF
    )
    found_by = models.CharField(max_length=12, choices=FoundBy)
    voucher_is_live = models.BooleanField(default=True)
    identity = models.CharField(max_length=10, choices=Identity, default=Identity.ASKING)
    right_items = models.JSONField(default=list)  # names of items, never their values
    tries = models.PositiveSmallIntegerField(default=0)  # wrong answers so far
    passed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    approval_reason = models.CharField(max_length=20, default="")
    brought_in_at = models.DateTimeField()
    # A record with the ward's mark waits for a supervisor, who lets this one call see it.
    opening_asked_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opening_reason = models.CharField(max_length=20, default="")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "resident"], name="party_once_per_call"),
            models.UniqueConstraint(fields=["call", "position"], name="party_position"),
            models.CheckConstraint(
                condition=Q(identity="passed", passed_at__isnull=False)
                | (~Q(identity="passed") & Q(passed_at__isnull=True)),
                name="party_passed_has_its_time",
            ),
            both_or_neither("opened_by", "opened_at", name="party_opened_by_somebody"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["opening_asked_at"],
                condition=Q(opening_asked_at__isnull=False, opened_at__isnull=True),
                name="party_waits_to_be_opened",
            ),
            models.Index(
                fields=["resident", "brought_in_at"],
                condition=Q(identity="escalated"),
                name="party_escalated",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "call", "resident", "position", "speaker", "found_by", "voucher_is_live",
            "identity", "right_items", "tries", "passed_at", "approved_by", "approval_reason",
            "brought_in_at", "opening_asked_at", "opened_by", "opened_at", "opening_reason",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.position} {self.identity}"

    @property
    def has_passed(self) -> bool:
        """Whether anything of the record may be shown."""
        return self.identity == self.Identity.PASSED
