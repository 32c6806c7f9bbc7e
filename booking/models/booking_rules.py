"""Booking rules (受付の決まり): stop switches, cut-offs and contacts, as the ward sets them."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class BookingRules(models.Model):
    """The one row of rules; changed by the ward, kept with its history."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    web_stopped = models.BooleanField(_("インターネット予約を止める"), default=False)
    phone_stopped = models.BooleanField(_("電話予約を止める"), default=False)
    stop_words = models.CharField(_("停止中の案内"), max_length=200, default="", blank=True)
    change_until_hours = models.PositiveSmallIntegerField(
        _("変更の締切（開始前の時間）"), default=24
    )
    cancel_until_hours = models.PositiveSmallIntegerField(
        _("取消の締切（開始前の時間）"), default=3
    )
    contact_needed = models.CharField(
        _("必要な連絡先"),
        max_length=10,
        choices=[("either", _("電話かメール")), ("phone", _("電話")), ("both", _("電話とメール"))],
        default="either",
    )
    phone_takes_web = models.BooleanField(
        _("電話受付で、インターネットの枠も使う"), default=True, db_default=True
    )
    phone_takes_walk_in = models.BooleanField(
        _("電話受付で、窓口の枠も使う"), default=False, db_default=False
    )
    phone_takes_reserve = models.BooleanField(
        _("電話受付で、予備の枠も使う"), default=False, db_default=False
    )
    rest_minutes = models.PositiveSmallIntegerField(
        _("取消で空いた枠を、空きに戻すまでの時間（分まで）"),
        default=15,
        db_default=15,
        validators=[MaxValueValidator(15)],
    )
    group_on_web = models.BooleanField(
        _("インターネットで、何人かをまとめて予約できる"), default=False, db_default=False
    )
    group_most = models.PositiveSmallIntegerField(
        _("インターネットで一度に予約できる人数"), default=4, db_default=4
    )
    group_most_by_phone = models.PositiveSmallIntegerField(
        _("電話で一度に予約できる人数"), default=20, db_default=20
    )
    group_speakers = models.CharField(
        _("インターネットでまとめて予約できる人"),
        max_length=10,
        choices=[
            ("family", _("家族")),
            ("carer", _("施設・介護者")),
            ("both", _("家族、施設・介護者")),
        ],
        default="family",
        db_default="family",
    )
    group_consent = models.CharField(
        _("まとめて予約する人が確かめる文"), max_length=200, default="", db_default="", blank=True
    )
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="rules_one_row"),
            models.CheckConstraint(
                condition=models.Q(rest_minutes__lte=15), name="rules_rest_not_long"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "web_stopped", "phone_stopped", "stop_words", "change_until_hours",
            "cancel_until_hours", "contact_needed", "phone_takes_web", "phone_takes_walk_in",
            "phone_takes_reserve", "rest_minutes", "group_on_web", "group_most",
            "group_most_by_phone", "group_speakers", "group_consent",
        }  # fmt: skip

    def __str__(self) -> str:
        return str(_("受付の決まり"))
