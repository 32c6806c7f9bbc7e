"""What one person is given by an assignment plan (割当て), and what came of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AssignedPlace(models.Model):
    """One for each person and plan; its id is the request key of the claim, so it is booked once.

    `home` is a keyed figure of this plan alone that people of one address share: it tells no
    address. `venue_ids` are the venues of the person's district, none is any.
    """

    class State(models.TextChoices):
        LISTED = "listed", _("対象")
        PLACED = "placed", _("割当て案あり")
        NO_PLACE = "no_place", _("割当てなし")
        BOOKED = "booked", _("割当て済み")
        REFUSED = "refused", _("予約できず")

    class Answer(models.TextChoices):
        NONE = "", _("返事待ち")
        ACCEPTED = "accepted", _("承諾")
        MOVED = "moved", _("日時を変更")
        DECLINED = "declined", _("辞退")
        KEPT = "kept", _("返事なし（予約のまま）")
        GIVEN_UP = "given_up", _("返事なし（取消）")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey("booking.AssignmentPlan", models.PROTECT, related_name="people")
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="+")
    home = models.BigIntegerField()
    cohort = models.PositiveSmallIntegerField(default=0)  # in the order of the priority groups
    venue_ids = models.JSONField(default=list)
    bucket_ids = models.JSONField(default=list)  # the place of each dose, as proposed
    state = models.CharField(max_length=10, choices=State, default=State.LISTED)
    why = models.CharField(max_length=20, default="")  # why there is no place: a code
    answer = models.CharField(max_length=10, choices=Answer, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "resident"], name="assigned_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan", "state", "why"], name="assigned_by_state"),
            models.Index(
                fields=["plan", "id"], condition=Q(state="placed"), name="assigned_to_book"
            ),
            models.Index(
                fields=["plan", "id"], condition=Q(state="booked", answer=""),
                name="assigned_unanswered",
            ),
        ]  # fmt: skip

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "plan", "resident", "home", "cohort", "venue_ids", "bucket_ids", "state",
            "why", "answer", "answered_at", "answered_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.state} {self.answer}"
