"""An opening (開設日): one venue on one day, its hours, lanes and vaccine."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from venues.models.programme import FirstProgramme


class Opening(models.Model):
    """A venue's day of one programme; its slots follow from hours, lanes and minutes.

    With a dose number its places are for that dose only.
    """

    venue = models.ForeignKey("venues.Venue", models.PROTECT, related_name="openings")
    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="openings")
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="openings", db_default=FirstProgramme(),
        verbose_name=_("事業"),
    )  # fmt: skip
    dose_number = models.PositiveSmallIntegerField(_("この接種回だけ"), null=True, blank=True)
    day = models.DateField(_("開設日"))
    starts_at = models.TimeField(_("開始"))
    ends_at = models.TimeField(_("終了"))
    break_from = models.TimeField(_("休憩開始"), null=True, blank=True)
    break_until = models.TimeField(_("休憩終了"), null=True, blank=True)
    lanes = models.PositiveSmallIntegerField(_("レーン数"))
    slot_minutes = models.PositiveSmallIntegerField(_("一枠の分数"), default=15)
    places_per_lane = models.PositiveSmallIntegerField(_("一レーン一枠の人数"), default=4)
    phone_share = models.PositiveSmallIntegerField(_("電話の割合（％）"), default=40)
    walk_in_share = models.PositiveSmallIntegerField(_("窓口の割合（％）"), default=0, db_default=0)
    reserve_share = models.PositiveSmallIntegerField(_("予備の割合（％）"), default=0, db_default=0)
    bookable_from = models.DateTimeField(_("予約受付開始"))
    bookable_until = models.DateTimeField(_("予約締切"))
    is_open = models.BooleanField(_("受付中"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["day", "venue_id", "starts_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["venue", "day", "starts_at", "vaccine", "programme"], name="opening_once"
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="opening_hours"),
            models.CheckConstraint(
                condition=Q(dose_number=None) | Q(dose_number__gte=1), name="opening_dose"
            ),
            models.CheckConstraint(
                condition=Q(bookable_from__lt=F("bookable_until")), name="opening_bookable"
            ),
            models.CheckConstraint(
                condition=Q(phone_share__lte=100 - F("walk_in_share") - F("reserve_share")),
                name="opening_shares",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "venue", "vaccine", "programme", "dose_number", "day", "starts_at", "ends_at", "break_from", "break_until",
            "lanes", "slot_minutes", "places_per_lane", "phone_share", "walk_in_share",
            "reserve_share", "bookable_from", "bookable_until", "is_open",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.venue} {self.day:%Y-%m-%d}"
