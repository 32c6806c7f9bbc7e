"""An allowance (超過枠): places above the capacity of a bucket that somebody signed for."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shared.database import both_or_neither


class Allowance(models.Model):
    """How many, why, until when; who signed and, where the ward asks for two, who agreed.

    It counts from the last signature until its moment, by the clock of the claim itself. The next
    one for the same bucket takes its place.
    """

    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="allowances")
    places = models.PositiveSmallIntegerField(_("超過枠の人数"))
    until = models.DateTimeField(_("期限"))
    reason = models.CharField(_("理由"), max_length=100)
    signed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    in_force_since = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            both_or_neither("agreed_by", "agreed_at", name="allowance_agreed_by_somebody"),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("signed_by")),
                name="allowance_two_people",
            ),
            models.UniqueConstraint(
                fields=["bucket"],
                condition=Q(in_force_since=None, refused_at=None),
                name="allowance_one_waiting",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "bucket", "places", "until", "reason", "signed_by", "signed_at", "agreed_by",
            "agreed_at", "refused_at", "in_force_since",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"+{self.places} {self.until:%Y-%m-%d %H:%M}"
