"""A lease (対応中の印): the right of one call to change one resident's reservations."""

import uuid
from typing import ClassVar

from django.db import models


class Lease(models.Model):
    """One row per resident; whoever holds it is named to everybody else, until it runs out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.OneToOneField("booking.Resident", models.PROTECT, related_name="+")
    call = models.ForeignKey("callcentre.Call", models.PROTECT, related_name="leases")
    holder = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)  # rises with each new holder
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "resident", "call", "holder", "version", "taken_at", "expires_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"v{self.version} until {self.expires_at:%H:%M:%S}"
