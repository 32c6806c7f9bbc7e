"""Verbs on call notes: write, shred; what a note can say before anybody typed (応対メモ)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

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
        access_log.record(what="note_shredded", call_id=row.call_id, by=by, at=at)
    return row


def to_review(*, by: Staff, at: datetime) -> list[CallNote]:
    """Notes with a text, those with delicate words first: for the ward; the look is recorded."""
    rows = CallNote.objects.select_related("call", "written_by").filter(text__isnull=False)
    found = list(rows.order_by("-is_delicate", "-written_at")[:200])
    if found:
        access_log.record(what="notes_reviewed", count=len(found), by=by, at=at)
    return found


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
