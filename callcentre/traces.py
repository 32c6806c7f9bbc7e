"""Calls and their notes, for the auditor: that they were, never what was said; see privacy.traces."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callcentre.models import Call, CallNote
from privacy.traces import Asked, Trace, between


def of_calls(asked: Asked, most: int) -> tuple[int, list[Trace]]:
    """Each call from its beginning."""
    wanted: dict[str, Any] = {
        "parties__resident_id": asked.resident_id,
        "operator_id": asked.staff_id,
        "pk": asked.call_id,
    }
    rows = between(Call.objects.filter(_all(wanted)), "started_at", asked)
    return rows.count(), [_of_call(call, asked) for call in rows[:most]]


def of_notes(asked: Asked, most: int) -> tuple[int, list[Trace]]:
    """Each note that was written, and each text that was shredded is in the access log itself."""
    wanted: dict[str, Any] = {
        "call__parties__resident_id": asked.resident_id,
        "written_by_id": asked.staff_id,
        "call_id": asked.call_id,
    }
    rows = between(CallNote.objects.filter(_all(wanted)), "written_at", asked)
    return rows.count(), [_of_note(note, asked) for note in rows[:most]]


def _all(wanted: dict[str, Any]) -> Q:
    return Q(**{name: value for name, value in wanted.items() if value is not None})


def _of_call(call: Call, asked: Asked) -> Trace:
    return Trace(
        happened_at=call.started_at,
        source=_("通話"),
        what=call.get_direction_display(),
        staff_id=call.operator_id,
        resident_id=asked.resident_id,
        call_id=call.pk,
    )


def _of_note(note: CallNote, asked: Asked) -> Trace:
    return Trace(
        happened_at=note.written_at,
        source=_("応対メモ"),
        what=_("応対メモの記入"),
        staff_id=note.written_by_id,
        resident_id=asked.resident_id,
        call_id=note.call_id,
    )
