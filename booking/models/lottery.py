"""A lottery (抽選): people apply with wishes in a window, a seed that was promised beforehand draws."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedText
from venues.models import FirstProgramme


class Lottery(models.Model):
    """Places of one channel on some days, for one cohort or all.

    The seed is drawn when the lottery is announced; its hash is public from then on, the seed from
    the draw on. What is drawn from (places, their times, the intervals) is kept as it was.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ANNOUNCED = "announced", _("公開")
        DRAWING = "drawing", _("抽選中")
        DONE = "done", _("抽選済み")
        WITHDRAWN = "withdrawn", _("中止")

    DRAWN: ClassVar = (State.DRAWING, State.DONE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("抽選の名称"), max_length=60)
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="+", db_default=FirstProgramme()
    )
    vaccine = models.ForeignKey("venues.Vaccine", models.PROTECT, related_name="+")
    group = models.ForeignKey("booking.PriorityGroup", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, default="reserve")
    day_from = models.DateField(_("接種日（はじめ）"))
    day_until = models.DateField(_("接種日（おわり）"))
    with_pairs = models.BooleanField(_("2回分を一組で抽選する"), default=False)
    opens_at = models.DateTimeField(_("申込開始"))
    closes_at = models.DateTimeField(_("申込締切"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    seed = SealedText(null=True)
    seed_hash = models.CharField(max_length=64, default="")
    drawn_from = models.JSONField(default=dict)
    edited_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    announced_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=100, default="")

    class Meta:
        ordering: ClassVar = ["-opens_at", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="lottery_window"),
            models.CheckConstraint(condition=Q(day_from__lte=F("day_until")), name="lottery_days"),
            models.CheckConstraint(
                condition=Q(announced_by=None) | ~Q(announced_by=F("edited_by")),
                name="lottery_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | ~Q(seed_hash=""),
                name="lottery_seed_promised",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"seed"}
        plain: ClassVar[set[str]] = {
            "id", "name", "programme", "vaccine", "group", "channel", "day_from", "day_until", "with_pairs",
            "opens_at", "closes_at", "state", "version", "seed_hash", "drawn_from", "edited_by",
            "edited_at", "announced_by", "announced_at", "drawn_by", "drawn_at", "ended_at",
            "reason",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def shown_seed(self) -> str:
        """The seed, once nothing depends on it any more."""
        return str(self.seed) if self.seed and self.state in self.DRAWN else ""
