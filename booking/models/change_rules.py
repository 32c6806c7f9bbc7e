"""Rules of changing (変更の決まり): how often, until when, and what becomes of the later doses."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class ChangeRules(models.Model):
    """What one programme allows after booking; what is left empty is as for all (BookingRules)."""

    class LaterDose(models.TextChoices):
        ANY = "any", _("残してよい（前の回をほかで受けることがある）")
        FITS = "fits", _("間隔がとれるあいだだけ残してよい")
        NEVER = "never", _("残さない（いっしょに取り消す）")

    programme = models.OneToOneField(
        "venues.Programme", models.PROTECT, related_name="change_rules", verbose_name=_("事業")
    )
    most_moves = models.PositiveSmallIntegerField(
        _("住民が自分で変更できる回数（1回の接種につき）"), null=True, blank=True
    )
    change_until_hours = models.PositiveSmallIntegerField(
        _("変更の締切（開始前の時間）"), null=True, blank=True
    )
    cancel_until_hours = models.PositiveSmallIntegerField(
        _("取消の締切（開始前の時間）"), null=True, blank=True
    )
    staff_may_pass = models.BooleanField(
        _("オペレーターは、理由を選べば回数と締切を超えてよい"), default=True, db_default=True
    )
    later_dose = models.CharField(
        _("前の回を取り消したときの次の回"),
        max_length=5,
        choices=LaterDose,
        default=LaterDose.FITS,
        db_default=LaterDose.FITS,
    )
    history = HistoricalRecords()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "programme", "most_moves", "change_until_hours", "cancel_until_hours",
            "staff_may_pass", "later_dose",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.programme} {_('変更の決まり')}"
