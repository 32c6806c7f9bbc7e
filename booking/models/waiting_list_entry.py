"""An entry of the waiting list (キャンセル待ち): what one person would take, were it free."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText
from venues.models import FirstProgramme


class WaitingListEntry(models.Model):
    """A wish of a person, not of a place: any or some venues, a span of days, a shortest notice.

    The contact is the one given with the wish; it becomes the resident's with the reservation, as
    in any other booking. An entry that ended is never revived: who waits again joins again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("お待ちいただいています")
        OFFERED = "offered", _("空きをご案内中です")
        PAUSED = "paused", _("お休み中です")
        BOOKED = "booked", _("予約済み")
        LEFT = "left", _("取りやめ")
        OVER = "over", _("期間終了")

    class Reach(models.TextChoices):
        WRITTEN = "written", _("SMSまたはメール")
        CALL = "call", _("電話だけ")

    LIVE: ClassVar = (State.WAITING, State.OFFERED, State.PAUSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="waiting")
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="+", db_default=FirstProgramme(),
        verbose_name="事業",
    )  # fmt: skip
    dose_number = models.PositiveSmallIntegerField("接種回")
    venue_ids = models.JSONField(default=list)  # none: any venue
    first_day = models.DateField("最初の日")
    last_day = models.DateField("最後の日")
    notice_hours = models.PositiveSmallIntegerField("来場までに要る時間")
    leftover_minutes = models.PositiveSmallIntegerField("当日の余りに来られる時間", null=True)
    reach = models.CharField("連絡の方法", max_length=8, choices=Reach)
    phone = SealedText(null=True)
    email = SealedText(null=True)
    language = models.CharField(max_length=8, default="ja")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    turn = models.BigIntegerField(default=0, db_default=0)  # by the standing order; less is sooner
    notice_version = models.PositiveIntegerField(default=1, db_default=1)  # 利用目的の明示
    unanswered = models.PositiveSmallIntegerField(default=0)  # offers in a row without an answer
    joined_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    joined_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    call_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resident", "programme", "dose_number"],
                condition=Q(state__in=("waiting", "offered", "paused")),
                name="waiting_one_live_per_dose",
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="waiting_days_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["turn", "joined_at", "id"],
                condition=Q(state="waiting"),
                name="waiting_in_turn",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"phone", "email"}
        plain: ClassVar[set[str]] = {
            "id", "resident", "programme", "dose_number", "venue_ids", "first_day", "last_day",
            "notice_hours", "reach", "language", "state", "unanswered", "joined_at", "changed_at", "joined_by",
            "call_id", "leftover_minutes", "turn", "notice_version",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.joined_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        """Whether it still stands on the list."""
        return self.state in self.LIVE
