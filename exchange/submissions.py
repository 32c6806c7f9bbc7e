"""Verb and questions on what is submitted every month (提出物): logs of PCs, lists of entries."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from exchange.layouts.writing import csv_line
from exchange.models import Submission
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission


class Refused(Exception):
    """Nothing was entered; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class EnteredAlready(Refused):
    """One organisation submits one of a kind for a month."""

    words = _("同じ組織・種類・月の提出がもう記録されています。")


class MonthAhead(Refused):
    """A month is submitted once it has begun."""

    words = _("対象の月がまだ来ていません。")


def enter(
    *, kind: str, organisation: str, month: date, place: str, by: Staff, at: datetime
) -> Submission:
    """Write down that a month's log or list was taken in, once."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    if month > localdate(at):
        raise MonthAhead
    try:
        with municipality_atomic():
            return Submission.objects.create(
                kind=kind, organisation=organisation, month=month, place=place,
                received_by=by, received_at=at,
            )  # fmt: skip
    except IntegrityError as clash:
        if violates(clash, "submission_once"):
            raise EnteredAlready from clash
        raise


def newest() -> "QuerySet[Submission]":
    """Everything submitted, the newest month first."""
    return Submission.objects.select_related("received_by")


def register() -> Iterator[bytes]:
    """The register as a CSV."""
    yield "\ufeff".encode() + csv_line(("対象の月", "種類", "組織", "保管場所", "受領")).encode()
    for one in newest().iterator(chunk_size=1000):
        kept = (one.organisation, one.place, f"{localdate(one.received_at):%Y-%m-%d}")
        cells = (f"{one.month:%Y-%m}", str(one.get_kind_display()), *kept)
        yield csv_line(cells).encode()
