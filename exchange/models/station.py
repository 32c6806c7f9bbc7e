"""A station (登録端末): a browser of the ward from which files of people come in and go out (S-80)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Station(models.Model):
    """Its cookie names this row; a row that was struck off opens nothing any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("端末の名前", max_length=60)
    place = models.CharField("置き場所", max_length=60)
    registered_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    struck_off_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    struck_off_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-registered_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(struck_off_at__isnull=True, struck_off_by__isnull=True)
                | Q(struck_off_at__isnull=False, struck_off_by__isnull=False),
                name="station_struck_off_by_somebody",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "name", "place", "registered_by", "registered_at", "struck_off_by",
            "struck_off_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name
