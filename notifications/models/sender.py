"""The sender (差出人): a municipality's own account at the carrier, and when it may send."""

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacy.fields import SealedText


class LateReminder(models.TextChoices):
    """What becomes of a reminder that no message can carry in time."""

    CALL = "call", _("連絡リストに載せて電話する")
    NONE = "none", _("送らない（記録だけ残す）")


class Sender(models.Model):
    """The one row of sending settings; without an account nothing leaves by SMS."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    sms_account = models.CharField(_("SMSのアカウント"), max_length=34, default="", blank=True)
    sms_token = SealedText(null=True)
    sms_name = models.CharField(_("SMSの送信元"), max_length=16, default="", blank=True)
    mail_address = models.EmailField(_("メールの送信元"), default="", blank=True)
    sms_per_second = models.PositiveIntegerField(_("一秒あたりのSMSの上限"), default=200)
    sms_daily_cap = models.PositiveIntegerField(_("一日のSMSの上限"), default=100_000)
    sms_daily_cap_per_number = models.PositiveIntegerField(_("一番号あたり一日の上限"), default=20)
    quiet_from = models.TimeField(_("送信しない時間（から）"), default=time(20, 0))
    quiet_until = models.TimeField(_("送信しない時間（まで）"), default=time(9, 0))
    remind_from = models.TimeField(_("前日のお知らせを送り始める時刻"), default=time(10, 0))
    remind_told_hours = models.PositiveSmallIntegerField(
        _("予約・変更からこの時間は前日のお知らせを送らない（時間）"), default=6
    )
    remind_morning_minutes = models.PositiveSmallIntegerField(
        _("当日の朝に送るのは来場のこれより前まで（分）"), default=60
    )
    remind_late = models.CharField(
        _("間に合わない前日のお知らせ"),
        max_length=4,
        choices=LateReminder,
        default=LateReminder.CALL,
    )
    receipt_hours = models.PositiveSmallIntegerField(
        _("到達の知らせをこれだけ待ち、なければ連絡リストに載せる（時間）"), default=4
    )
    history = HistoricalRecords(excluded_fields=["sms_token"])

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="sender_one_row"),
            models.CheckConstraint(
                condition=models.Q(sms_per_second__gte=1), name="sender_sends_something"
            ),
            models.CheckConstraint(
                condition=models.Q(receipt_hours__gte=1), name="sender_waits_for_receipts"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"sms_token"}
        plain: ClassVar[set[str]] = {
            "id", "sms_account", "sms_name", "mail_address", "sms_per_second", "sms_daily_cap",
            "sms_daily_cap_per_number", "quiet_from", "quiet_until",
            "remind_from", "remind_told_hours", "remind_morning_minutes", "remind_late",
            "receipt_hours",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.sms_name or self.mail_address
