"""An assignment plan (割当計画): the ward gives each person a place and tells them by notice."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.pairing import Unanswered
from venues.models import FirstProgramme


class AssignmentPlan(models.Model):
    """People listed and places proposed in the background; a second person approves; then booked.

    `catchments` says by the beginnings of postal codes who goes to which venue: venue id → text.
    The same seed, people and places give the same proposal.
    """

    class State(models.TextChoices):
        LISTING = "listing", _("対象者を調べています")
        PLACING = "placing", _("割当て案を作っています")
        PROPOSED = "proposed", _("承認待ち")
        BOOKING = "booking", _("割り当てています")
        BOOKED = "booked", _("返事の受付中")
        DONE = "done", _("終了")
        WITHDRAWN = "withdrawn", _("取りやめ")

    WORKING: ClassVar = (State.LISTING, State.PLACING, State.BOOKING)
    TOLD: ClassVar = (State.BOOKING, State.BOOKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("割当ての名称"), max_length=60)
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="+", db_default=FirstProgramme()
    )
    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="+")
    dose_number = models.PositiveSmallIntegerField(_("接種回"), default=1)
    with_pairs = models.BooleanField(_("2回分を一組で割り当てる"), default=False)
    group = models.ForeignKey("booking.PriorityGroup", models.PROTECT, null=True, related_name="+")
    postal_codes = models.CharField(_("対象の郵便番号"), max_length=400, default="", blank=True)
    catchments = models.JSONField(default=dict)
    goes_elsewhere = models.BooleanField(
        _("地区の会場が埋まったら、ほかの会場にも割り当てる"), default=False
    )
    channel = models.CharField(max_length=10, default="reserve")
    day_from = models.DateField(_("接種日（はじめ）"))
    day_until = models.DateField(_("接種日（おわり）"))
    answer_until = models.DateTimeField(_("返事の期限"))
    unanswered = models.CharField(max_length=10, choices=Unanswered, default=Unanswered.KEEP)
    seed = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.LISTING)
    version = models.PositiveIntegerField(default=1)
    listed_until = models.UUIDField(null=True)  # the last resident that was looked at
    looked_at = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=100, default="")

    class Meta:
        ordering: ClassVar = ["-edited_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(day_from__lte=F("day_until")), name="assignment_days"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("edited_by")),
                name="assignment_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("booking", "booked", "done"))
                | Q(approved_by__isnull=False),
                name="assignment_approved",
            ),
            models.CheckConstraint(condition=Q(dose_number__gte=1), name="assignment_dose"),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "name", "programme", "vaccine", "dose_number", "with_pairs", "group",
            "postal_codes", "catchments", "goes_elsewhere", "channel", "day_from", "day_until",
            "answer_until", "unanswered", "seed", "state", "version", "listed_until", "looked_at",
            "edited_by", "edited_at", "proposed_at", "approved_by", "approved_at", "ended_at",
            "reason",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def doses(self) -> tuple[int, ...]:
        """The doses that each person is given a place for."""
        return (self.dose_number, self.dose_number + 1) if self.with_pairs else (self.dose_number,)
