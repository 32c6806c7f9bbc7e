"""Verbs on the parties of a call: look for somebody, bring them in, say who speaks (通話の対象者)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from booking import residents
from booking.models import Reservation
from booking.residents import Found, How
from callcentre import calls
from callcentre.models import Call, CallParty
from callcentre.refusals import CheckEscalated, LookedTooOften, NoSuchCall, ProxyNotAllowed
from privacy import access_log
from privacy.normal_forms import name_and_birth
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.standings import standing

LOOKS: Final = 60
LOOKS_WITHIN: Final = timedelta(minutes=10)
ESCALATED_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Clues:
    """What the caller said of themselves, as the operator typed it."""

    number: str = ""
    name: str = ""
    born_on: date | None = None


def look_for(*, call: Call, clues: Clues, by: Staff, at: datetime) -> list[Found]:
    """Whom the clues fit, five at most; every look is written down, found or not."""
    if not call.is_live or call.operator_id != by.pk:
        raise NoSuchCall
    refuse_too_many_looks(by=by, at=at)
    try:
        found = _fitting(residents.find(**vars(clues)), clues)
    except residents.FindRefused:
        access_log.record(
            what="find", why="refused", call_id=call.pk, count=0, succeeded=False, by=by, at=at
        )
        raise
    access_log.record(
        what="find", why=str(found[0].how) if found else "none", call_id=call.pk,
        resident_id=found[0].resident.pk if len(found) == 1 else None,
        count=len(found), succeeded=bool(found), by=by, at=at,
    )  # fmt: skip
    return found


def refuse_too_many_looks(*, by: Staff, at: datetime) -> None:
    """Nobody looks up more people than they can talk to."""
    looks = access_log.count(what="find", staff_id=by.pk, since=at - LOOKS_WITHIN)
    if looks >= LOOKS:
        raise LookedTooOften


def _fitting(found: list[Found], clues: Clues) -> list[Found]:
    """Among several (a family's telephone), those whom name and date of birth fit as well."""
    if len(found) < 2:
        return found
    return [one for one in found if _fits(one, clues)]


def _fits(found: Found, clues: Clues) -> bool:
    resident = found.resident
    if clues.born_on is not None and resident.born_on != clues.born_on:
        return False
    said, stands = name_and_birth(clues.name, ""), name_and_birth(resident.name, "")
    return not clues.name or said == stands


def bring_in(
    *,
    call: Call,
    found: Found,
    speaker: str = Reservation.Speaker.SELF,
    by: Staff,
    at: datetime,
) -> CallParty:
    """Put somebody into the call's basket; who is in it already stays as they are."""
    refuse_proxy(speaker)
    with municipality_atomic():
        row = calls.live_call(call_id=call.pk, by=by)
        known = CallParty.objects.filter(call=row, resident=found.resident).first()
        if known is not None:
            return known
        return CallParty.objects.create(
            call=row,
            resident=found.resident,
            position=row.parties.count() + 1,
            speaker=speaker,
            found_by=CallParty.FoundBy(str(found.how)),
            voucher_is_live=found.voucher_is_live,
            identity=_first_state(row, found.resident.pk, at=at),
            brought_in_at=at,
        )


def bring_in_for_message(*, call: Call, resident_id: UUID, by: Staff, at: datetime) -> CallParty:
    """Put in the resident whom an outbound call is to reach."""
    with municipality_atomic():
        row = calls.live_call(call_id=call.pk, by=by)
        return CallParty.objects.create(
            call=row,
            resident_id=resident_id,
            position=row.parties.count() + 1,
            found_by=CallParty.FoundBy.MESSAGE,
            brought_in_at=at,
        )


def speak(*, party: CallParty, speaker: str, by: Staff) -> CallParty:
    """Say who is on the line for this resident; only the relation is kept (S-135)."""
    refuse_proxy(speaker)
    with municipality_atomic():
        row = own(party_id=party.pk, by=by)
        row.speaker = speaker
        row.save(update_fields=["speaker"])
    return row


def find(*, party_id: UUID, by: Staff) -> CallParty:
    """A party of one's own open call, or a refusal."""
    rows = CallParty.objects.select_related("call", "resident")
    row = rows.filter(pk=party_id, call__operator=by).exclude(call__state=Call.State.ENDED).first()
    if row is None:
        raise NoSuchCall
    return row


def find_any(*, party_id: UUID) -> CallParty:
    """A party of anybody's open call: for supervisors."""
    rows = CallParty.objects.exclude(call__state=Call.State.ENDED)
    row = rows.filter(pk=party_id).first()
    if row is None:
        raise NoSuchCall
    return row


def own(*, party_id: UUID, by: Staff) -> CallParty:
    """A party of one's own live call, locked in the caller's transaction; or a refusal."""
    row = CallParty.objects.select_related("call", "resident").filter(pk=party_id).first()
    if row is None:
        raise NoSuchCall
    calls.live_call(call_id=row.call_id, by=by)
    return row


def refuse_proxy(speaker: str) -> None:
    """Somebody else may speak for a resident only where the ward has consented to it."""
    if speaker != Reservation.Speaker.SELF and not standing().proxy_allowed:
        raise ProxyNotAllowed


def refuse_escalated(party: CallParty) -> None:
    """After three wrong answers no more are taken."""
    if party.identity == CallParty.Identity.ESCALATED:
        raise CheckEscalated


def _first_state(call: Call, resident_id: UUID, *, at: datetime) -> CallParty.Identity:
    """Who failed yesterday does not get three new tries by calling again; a call back does."""
    if call.direction == Call.Direction.OUTBOUND:
        return CallParty.Identity.ASKING
    failed = CallParty.objects.filter(
        resident_id=resident_id,
        identity=CallParty.Identity.ESCALATED,
        brought_in_at__gte=at - ESCALATED_FOR,
    )
    later = CallParty.objects.filter(
        resident_id=resident_id,
        identity=CallParty.Identity.PASSED,
        passed_at__gte=at - ESCALATED_FOR,
    )
    cleared = later.order_by("-passed_at").values_list("passed_at", flat=True).first()
    if cleared is not None:
        failed = failed.filter(brought_in_at__gt=cleared)
    return CallParty.Identity.ESCALATED if failed.exists() else CallParty.Identity.ASKING


__all__ = ["Clues", "Found", "How", "bring_in", "bring_in_for_message", "look_for", "own", "speak"]
