"""Verb: ring back the number on record, when the answers did not prove the caller (T50)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from callcentre import calls, notes, openings, parties
from callcentre.models import Call, CallNote, CallParty
from callcentre.refusals import Refused
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff


class NoNumberOnRecord(Refused):
    """There is no number to ring back; only a supervisor can go on."""

    words = _("登録の電話番号がありません。管理者に代わってください。")


def ring_back(*, party: CallParty, by: Staff, at: datetime) -> Call:
    """End this call and start one to the number on record; the new one asks afresh.

    The number is told to the operator who must dial it; that look is written down.
    """
    openings.try_to_see(resident_id=party.resident_id, why="ring_back", by=by, at=at)
    with municipality_atomic():
        row = parties.own(party_id=party.pk, by=by)
        number = row.resident.phone
        if not number:
            raise NoNumberOnRecord
        former = calls.wrap_up(call=row.call, by=by, at=at)
        notes.write(
            call=former, reason=CallNote.Reason.OTHER, outcome=CallNote.Outcome.CALL_BACK,
            by=by, at=at,
        )  # fmt: skip
        calls.end(call=former, by=by, at=at)
        call = calls.start(
            direction=Call.Direction.OUTBOUND, caller_number=number, follows=former, by=by, at=at
        )  # fmt: skip
        CallParty.objects.create(
            call=call, resident_id=row.resident_id, position=1, speaker=row.speaker,
            found_by=row.found_by, voucher_is_live=row.voucher_is_live, brought_in_at=at,
        )  # fmt: skip
        access_log.record(
            what="call_back_number", resident_id=row.resident_id, call_id=call.pk, by=by, at=at
        )
    return call
