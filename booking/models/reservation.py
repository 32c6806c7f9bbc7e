"""A reservation (予約): one resident's place in one slot for one dose."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from venues.models import Channel, FirstProgramme


class Reservation(models.Model):
    """Live or not; everything else that happened to it stands in its events."""

    class Speaker(models.TextChoices):
        SELF = "self", _("本人")
        FAMILY = "family", _("家族")
        CARER = "carer", _("施設・介護者")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation_number = models.CharField("予約番号", max_length=13, unique=True)
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="reservations")
    # Its opening's, repeated here for the constraint below; no opening changes its programme.
    programme = models.ForeignKey(
        "venues.Programme", models.PROTECT, related_name="reservations",
        db_default=FirstProgramme(), verbose_name="事業",
    )  # fmt: skip
    dose_number = models.PositiveSmallIntegerField("接種回")
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="reservations")
    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="reservations")
    channel = models.CharField("予約経路", max_length=10, choices=Channel)
    speaker = models.CharField("話した人", max_length=10, choices=Speaker, default=Speaker.SELF)
    is_live = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    request_key = models.UUIDField()  # the confirm page it came from: pressing twice is once
    notice_version = models.PositiveIntegerField(default=1)  # 利用目的の明示 that was shown
    claimed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resident", "programme", "dose_number"],
                condition=Q(is_live=True),
                name="reservation_one_live_per_dose",
            ),
            models.UniqueConstraint(
                fields=["request_key", "dose_number"], name="reservation_once_per_request"
            ),
            models.CheckConstraint(condition=Q(dose_number__gte=1), name="reservation_dose"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["slot"], condition=Q(is_live=True), name="reservation_live_by_slot"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "reservation_number", "resident", "programme", "dose_number", "bucket", "slot",
            "channel", "speaker", "is_live", "version", "request_key", "notice_version", "claimed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.reservation_number
