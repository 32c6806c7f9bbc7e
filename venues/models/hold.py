"""A hold (仮押さえ): a place kept for a short while, until somebody has decided."""

import uuid
from typing import ClassVar

from django.db import models


class Hold(models.Model):
    """One place kept for one holder and dose; counted in its bucket's `held` while it has one.

    Venues knows no person: the holder is a plain id (a resident's, or an offer's of the waiting
    list). After `until` it keeps nobody out: whoever comes next takes it over in place. A row that
    has lost its bucket is remembered for a while, so that nobody holds again and again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder_id = models.UUIDField()
    part = models.PositiveSmallIntegerField(default=1, db_default=1)  # the dose it is for
    bucket = models.ForeignKey("venues.Bucket", models.PROTECT, null=True, related_name="holds")
    until = models.DateTimeField()
    since = models.DateTimeField()  # when this holder began to hold, whatever it was
    is_extended = models.BooleanField(default=False, db_default=False)
    done_by = models.ForeignKey("tenancy.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder_id", "part"], name="hold_one_each"),
        ]
        indexes: ClassVar = [models.Index(fields=["bucket", "until"], name="hold_of_bucket")]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "holder_id", "part", "bucket", "until", "since", "is_extended", "done_by",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.until:%H:%M:%S}"
