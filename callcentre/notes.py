"""Verbs on call notes: write, shred; what a note can say before anybody typed (応対メモ)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.paginator import Page, Paginator

from booking.models import ReservationEvent, What
from callcentre import calls
from callcentre.delicate_words import found_in
from callcentre.models import Call, CallNote, CallParty
from callcentre.refusals import NoSuchCall, Refused
from privacy import access_log
from shared.forbidden_items import ForbiddenItem, carries_forbidden_number
from tenancy.current import municipality_atomic
from tenancy.models import Staff

LONGEST: Final = 200
ON_A_PAGE: Final = 50


class TextForbidden(Refused):
    """The text may hold the number that may never enter."""

    words = ForbiddenItem.words


@dataclass(frozen=True)
class Done:
    """One thing done in a call, as the wrap-up lists it."""

    event: ReservationEvent
    position: int | None


REASONS = CallNote.Reason
OUTCOMES = CallNote.Outcome
_SUGGESTED: Final = {
    What.CLAIMED: (REASONS.BOOK, OUTCOMES.CLAIMED),
    What.MOVED: (REASONS.CHANGE, OUTCOMES.MOVED),
    What.CANCELLED: (REASONS.CANCEL, OUTCOMES.CANCELLED),
}


def write(
    *, call: Call, reason: str, outcome: str, text: str = "", by: Staff, at: datetime
) -> CallNote:
    """Keep the note of one's own call in wrap-up; written again, the later one stands."""
    text = text.strip()
    if carries_forbidden_number(text):
        raise TextForbidden
    with municipality_atomic():
        row = calls.wrapping_up(call_id=call.pk, by=by)
        note = CallNote.objects.filter(call=row).first() or CallNote(call=row)
        note.reason, note.outcome = reason, outcome
        note.text, note.is_delicate = text[:LONGEST] or None, bool(found_in(text))
        note.written_by, note.written_at = by, at
        note.save()
    return note


def shred(*, note: CallNote, by: Staff, at: datetime) -> CallNote:
    """The ward takes the free text away for good; choices stay, and who did it (S-136)."""
    with municipality_atomic():
        row = CallNote.objects.select_for_update().get(pk=note.pk)
        if row.shredded_at is not None:
            return row
        row.text, row.shredded_by, row.shredded_at = None, by, at
        row.save()
        _record("note_shredded", row, by=by, at=at)
    return row


def to_review(*, page: str | None = None, by: Staff, at: datetime) -> "Page[CallNote]":
    """A page of notes with a text, those with delicate words first: for the ward.

    Each resident of each note is named in the access log, with the call the note is about.
    """
    rows = CallNote.objects.select_related("call", "written_by").filter(text__isnull=False)
    shown = rows.order_by("-is_delicate", "-written_at", "pk").prefetch_related("call__parties")
    found = Paginator(shown, ON_A_PAGE).get_page(page)
    with municipality_atomic():
        for note in found:
            _record("notes_reviewed", note, by=by, at=at)
    return found


def _record(what: str, note: CallNote, *, by: Staff, at: datetime) -> None:
    """One line for each resident the call was about; one where it was about nobody."""
    residents: list[UUID | None] = [party.resident_id for party in note.call.parties.all()]
    for resident_id in residents or [None]:
        access_log.record(what=what, resident_id=resident_id, call_id=note.call_id, by=by, at=at)


def find(note_id: UUID) -> CallNote:
    """One note, or a refusal."""
    row = CallNote.objects.filter(pk=note_id).first()
    if row is None:
        raise NoSuchCall
    return row


def done_in(call: Call) -> list[Done]:
    """What was done in a call, in its order."""
    events = ReservationEvent.objects.select_related(
        "reservation", "slot_before__opening__venue", "slot_after__opening__venue"
    )
    positions = dict(call.parties.values_list("resident_id", "position"))
    return [
        Done(event, positions.get(event.reservation.resident_id))
        for event in events.filter(call_id=call.pk).order_by("happened_at", "version")
    ]


def suggested(call: Call) -> tuple[str, str]:
    """Reason and outcome as the facts of the call suggest them; empty where they say nothing."""
    done = done_in(call)
    if done:
        reason, outcome = _SUGGESTED[What(done[-1].event.what)]
        return str(reason), str(outcome)
    if call.ward_requests.exists():
        return str(REASONS.VOUCHER), str(OUTCOMES.WARD)
    if call.parties.filter(identity=CallParty.Identity.ESCALATED).exists():
        return "", str(OUTCOMES.NOT_IDENTIFIED)
    if call.direction == Call.Direction.OUTBOUND:
        return str(REASONS.TOLD), ""
    return "", ""
