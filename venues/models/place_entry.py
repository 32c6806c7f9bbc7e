"""A place entry (枠の台帳): a fact about the places of one bucket that is never edited."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceEntry(models.Model):
    """How the counters of a bucket changed, why and by whom; written with the change itself.

    The sum of a bucket's entries is what its counters must say, always: `ledger.differences`.
    Venues knows no reservation: its id is kept as a plain one.
    """

    class What(models.TextChoices):
        BALANCE = "balance", _("台帳の開始")
        OPENED = "opened", _("枠を開いた")
        RESIZED = "resized", _("定員変更")
        RELEASED = "released", _("自動で移した")
        ALLOWED = "allowed", _("超過枠")
        CLOSED = "closed", _("枠を閉じた")
        REOPENED = "reopened", _("枠を再開した")
        CLAIMED = "claimed", _("予約")
        MOVED_IN = "moved_in", _("変更で入った")
        MOVED_OUT = "moved_out", _("変更で出た")
        CANCELLED = "cancelled", _("取消")
        HELD = "held", _("仮押さえ")
        UNHELD = "unheld", _("仮押さえの終わり")
        SETTLED = "settled", _("台帳の訂正")
        SHREDDED = "shredded", _("試験データの消去")

    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, related_name="entries")
    what = models.CharField(max_length=10, choices=What)
    taken = models.IntegerField(default=0, db_default=0)
    held = models.IntegerField(default=0, db_default=0)
    capacity = models.IntegerField(default=0, db_default=0)
    allowance = models.IntegerField(default=0, db_default=0)
    capacity_after = models.PositiveIntegerField(null=True)  # where somebody changed it
    reason = models.CharField(_("理由"), max_length=100, default="", db_default="")
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")
    reservation_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "bucket", "what", "taken", "held", "capacity", "allowance", "capacity_after",
            "reason", "done_by", "reservation_id", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} {self.happened_at:%Y-%m-%d %H:%M}"
