"""An envelope (封筒): one voucher in one mailing, with its serial, and how far it has come."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Envelope(models.Model):
    """Serials of a mailing run from 1 without a gap; a voucher is on its way once at a time."""

    class State(models.TextChoices):
        PLANNED = "planned", _("印字データに載せた")
        PRINTED = "printed", _("印刷した")
        ENCLOSED = "enclosed", _("封入した")
        SPOILED = "spoiled", _("損紙になった（再印刷待ち）")
        DELIVERED = "delivered", _("納品された")
        PULLED = "pulled", _("抜き取った")
        CALLED_OFF = "called_off", _("印刷を取りやめた")

    mailing = models.ForeignKey("booking.Mailing", models.PROTECT, related_name="+")
    voucher = models.ForeignKey("booking.Voucher", models.PROTECT, related_name="envelopes")
    serial = models.PositiveIntegerField("印刷連番")
    state = models.CharField(
        "状態", max_length=10, choices=State, default=State.PLANNED, db_default=State.PLANNED
    )
    bundle = models.CharField("束番号", max_length=20, default="", db_default="")
    spoiled = models.PositiveSmallIntegerField("損紙の枚数", default=0, db_default=0)
    pull_list = models.CharField("抜取リスト", max_length=20, default="", db_default="")
    is_current = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering: ClassVar = ["mailing", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "serial"], name="envelope_serial_once"),
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(is_current=True), name="envelope_one_on_its_way"
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="envelope_serial_from_one"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "mailing", "voucher", "serial", "state", "bundle", "spoiled", "pull_list",
            "is_current",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.serial:08}"
