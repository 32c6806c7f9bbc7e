"""A release plan (放出計画): which places open for whom, by which channel, at which second."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from venues.models import FirstProgramme


class ReleasePlan(models.Model):
    """Rows of one programme, drafted by one person, looked through, and armed by another.

    Then it opens by itself.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ARMED = "armed", _("確定")
        WITHDRAWN = "withdrawn", _("取り下げ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("計画の名称"), max_length=60)
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="+", db_default=FirstProgramme(),
        verbose_name=_("事業"),
    )  # fmt: skip
    announced_at = models.DateTimeField(_("公表した受付開始日時"))
    day_from = models.DateField(_("公表した接種日（はじめ）"))
    day_until = models.DateField(_("公表した接種日（おわり）"))
    expected_share = models.PositiveSmallIntegerField(
        _("予約すると見込む人の割合（％）"), default=70
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    armed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    armed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    accepted_because = models.CharField(max_length=200, default="", blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-edited_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(day_from__lte=F("day_until")), name="release_plan_days"
            ),
            models.CheckConstraint(
                condition=Q(expected_share__range=(1, 100)), name="release_plan_share"
            ),
            models.CheckConstraint(
                condition=Q(armed_by=None) | ~Q(armed_by=F("edited_by")),
                name="release_plan_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", armed_by=None) | ~Q(state="draft"),
                name="release_plan_draft_is_not_armed",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "name", "programme", "announced_at", "day_from", "day_until", "expected_share",
            "state", "version",
            "edited_by", "edited_at", "armed_by", "armed_at", "withdrawn_at",
            "accepted_because",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name
