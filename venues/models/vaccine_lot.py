"""Vaccine lots (ワクチンのロット): what they are, and how many vials of each a day was given."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VaccineLot(models.Model):
    """A lot as it stands on the vial; entered once and never edited."""

    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="lots")
    lot_number = models.CharField(_("ロット番号"), max_length=20)
    expires_on = models.DateField(_("使用期限"))
    doses_per_vial = models.PositiveSmallIntegerField(_("1バイアルの回数"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vaccine", "lot_number"], name="lot_once"),
            models.CheckConstraint(condition=Q(doses_per_vial__gte=1), name="lot_has_doses"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "vaccine", "lot_number", "expires_on", "doses_per_vial",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.lot_number


class LotEntry(models.Model):
    """Vials of a lot that came to an opening or left it, why and by whom; the sum is what is there."""

    lot = models.ForeignKey("venues.VaccineLot", models.PROTECT, related_name="entries")
    opening = models.ForeignKey("venues.Opening", models.PROTECT, related_name="lot_entries")
    vials = models.IntegerField(_("バイアル数"))
    reason = models.CharField(_("理由"), max_length=100)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(vials=0), name="lot_entry_changes_something"),
        ]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "lot", "opening", "vials", "reason", "done_by", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lot} {self.vials:+}"
