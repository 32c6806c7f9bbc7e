"""A slot change (枠の変更履歴): a fact about the places of a slot that is never edited."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from venues.models.bucket import Channel


class SlotChange(models.Model):
    """Who gave a slot more or fewer places, closed or reopened it, when and why.

    Bookings change a bucket's `taken` and are facts of booking; this is about its capacity.
    """

    class What(models.TextChoices):
        RESIZED = "resized", _("定員変更")
        CLOSED = "closed", _("枠を閉じた")
        REOPENED = "reopened", _("枠を再開した")

    slot = models.ForeignKey("venues.Slot", models.PROTECT, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    channel = models.CharField(max_length=10, choices=Channel, default="", blank=True)
    capacity_before = models.PositiveIntegerField(null=True)
    capacity_after = models.PositiveIntegerField(null=True)
    reason = models.CharField(_("理由"), max_length=100)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["slot", "happened_at"], name="change_of_slot")]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "slot", "what", "channel", "capacity_before", "capacity_after", "reason",
            "done_by", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
