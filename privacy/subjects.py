"""Verbs: find a reference by a number, and say whom it means; each is written down (監査)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from privacy import access_log
from privacy.models import AccessEntry
from privacy.references import span
from tenancy.current import municipality_atomic
from tenancy.models import Staff

type Facts = list[tuple[str | Promise, str]]


class NobodyFound(LookupError):
    """No resident, or more than one; `words` are fit for the page."""

    words = _("この番号・識別子に当たる方は見つかりません。")


def find_by_number(*, number: str, by: Staff, at: datetime) -> UUID:
    """The reference of whom a number belongs to; nothing personal is told."""
    find: Callable[[str], UUID | None] = import_string(settings.WAKU_SUBJECTS["find"])
    found = find(number)
    access_log.record(
        what="trace_find", resident_id=found, succeeded=found is not None, by=by, at=at
    )
    if found is None:
        raise NobodyFound
    return found


def find_by_reference(words: str) -> UUID:
    """The whole id of a typed reference, if the access log names it once."""
    ids = span(words)
    if ids is None:
        raise NobodyFound
    first, last = ids
    if first == last:
        return first
    rows = AccessEntry.objects.filter(resident_id__gte=first, resident_id__lte=last)
    found = list(rows.values_list("resident_id", flat=True).distinct().order_by("resident_id")[:2])
    if len(found) != 1 or found[0] is None:
        raise NobodyFound
    return found[0]


def reveal(*, resident_id: UUID, reason: str, by: Staff, at: datetime) -> Facts:
    """Say whom a reference means; the look is in the log before the answer leaves."""
    ask: Callable[[UUID], Facts] = import_string(settings.WAKU_SUBJECTS["reveal"])
    with municipality_atomic():
        access_log.record(what="reveal", resident_id=resident_id, why=reason[:120], by=by, at=at)
        facts = ask(resident_id)
    if not facts:
        raise NobodyFound
    return facts
