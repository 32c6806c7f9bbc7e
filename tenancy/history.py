"""Who changed what, when and why, of the things people edit (変更履歴)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from tenancy.models import Staff

LONGEST_REASON = 100  # django-simple-history's own column


@dataclass(frozen=True)
class Difference:
    """One item that changed, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One act: by whom, when, why, and what became different."""

    subject: str
    happened_at: datetime
    done_by: str
    reason: str
    is_first: bool
    differences: tuple[Difference, ...]


def sign(row: Any, *, reason: str, by: Staff | None, at: datetime) -> None:
    """Say who changes a row and why, before it is saved; its history keeps it."""
    row._history_user = by  # noqa: SLF001 - simple-history's own way in
    row._history_date = at  # noqa: SLF001
    row._change_reason = reason[:LONGEST_REASON]  # noqa: SLF001


def save(row: Model, *, reason: str, by: Staff | None, at: datetime) -> None:
    """Save a row with its history, in the caller's transaction."""
    sign(row, reason=reason, by=by, at=at)
    row.save()


def changes_of(row: Any, *, limit: int = 100) -> list[Change]:
    """Everything that was done to one row, newest first."""
    return _told(list(row.history.select_related("history_user").all()[: limit + 1]))[:limit]


def changes_among(rows: Iterable[Any], *, limit: int = 100) -> list[Change]:
    """What was done to several rows, newest first."""
    found = [change for row in rows for change in changes_of(row, limit=limit)]
    return sorted(found, key=lambda one: one.happened_at, reverse=True)[:limit]


def _told(records: list[Any]) -> list[Change]:
    found = []
    for number, record in enumerate(records):
        before = records[number + 1] if number + 1 < len(records) else None
        found.append(
            Change(
                subject=str(record.instance),
                happened_at=record.history_date,
                done_by=record.history_user.display_name if record.history_user else "",
                reason=record.history_change_reason or "",
                is_first=record.history_type == "+",
                differences=_differences(record, before) if before else (),
            )
        )
    return found


def _differences(record: Any, before: Any) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            str(record.instance._meta.get_field(change.field).verbose_name),
            _words(before, change.field),
            _words(record, change.field),
        )
        for change in record.diff_against(before).changes
    )


def _words(record: Any, name: str) -> str:
    from django.utils.formats import localize
    from django.utils.timezone import localtime
    from django.utils.translation import gettext as _

    spoken = getattr(record, f"get_{name}_display", None)
    value = spoken() if spoken else getattr(record, name)
    if value is None or value == "":
        return "－"
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return str(localize(localtime(value) if isinstance(value, datetime) else value))
