"""Verbs of the identity check: answer, approve (本人確認)."""

from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Reservation, Voucher
from callcentre import floor, identity, parties
from callcentre.identity import Answers, Item, Known, Verdict
from callcentre.models import CallParty
from callcentre.parties import Clues
from callcentre.refusals import NotASupervisor, NothingAnswered
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

REASONS: Final[dict[str, Promise]] = {
    "called_back": _("登録の番号に折り返して話した"),
    "other_items": _("別の事項で確認した"),
    "ward_confirmed": _("区に確認した"),
}


def answer(
    *, party: CallParty, answers: Answers, by: Staff, at: datetime
) -> tuple[CallParty, frozenset[Item]]:
    """Compare what the caller answered; the party as it stands now, and the wrong items.

    Right items stay right for the rest of the call. Wrong tries are counted over the whole call,
    so a second resident gives nobody three more guesses.
    """
    if not any(answers.values()):
        raise NothingAnswered
    with municipality_atomic():
        row = parties.own(party_id=party.pk, by=by)
        if row.has_passed:
            return row, frozenset()
        parties.refuse_escalated(row)
        right, wrong = identity.judge(answers, _known(row))
        row.right_items = sorted({*row.right_items, *right})
        row.tries += 1 if wrong else 0
        _settle(row, at=at)
        access_log.record(
            what=f"identity_{row.identity}", resident_id=row.resident_id, call_id=row.call_id,
            why=",".join(sorted(wrong)), succeeded=not wrong, by=by, at=at,
        )  # fmt: skip
        floor.changed()
    return row, wrong


def answer_by_clues(
    *, party: CallParty, clues: Clues, by: Staff, at: datetime
) -> tuple[CallParty, frozenset[Item]]:
    """What the caller said to be found counts as answered: nobody is asked twice."""
    given: dict[Item, str | date] = {}
    if clues.number and party.found_by != CallParty.FoundBy.NAME:
        given[Item(party.found_by)] = clues.number
    if clues.name:
        given[Item.NAME] = clues.name
    if clues.born_on:
        given[Item.BORN_ON] = clues.born_on
    # A dead voucher finds its resident and proves nothing.
    if not party.voucher_is_live:
        given.pop(Item.VOUCHER, None)
    if party.has_passed or party.identity == CallParty.Identity.ESCALATED or not given:
        return party, frozenset()
    return answer(party=party, answers=given, by=by, at=at)


def approve(*, party: CallParty, reason: str, by: Staff, at: datetime) -> CallParty:
    """A supervisor, never the operator of the call, takes the check upon themselves."""
    with municipality_atomic():
        row = CallParty.objects.select_related("call").select_for_update(of=["self"]).get(
            pk=party.pk
        )  # fmt: skip
        if not by.may(Permission.SUPERVISE_CALLS) or row.call.operator_id == by.pk:
            raise NotASupervisor
        if row.has_passed:
            return row
        row.identity, row.passed_at = CallParty.Identity.PASSED, at
        row.approved_by, row.approval_reason = by, reason
        row.save(update_fields=["identity", "passed_at", "approved_by", "approval_reason"])
        access_log.record(
            what="identity_approved", resident_id=row.resident_id, call_id=row.call_id, why=reason,
            by=by, at=at,
        )  # fmt: skip
        floor.changed()
    return row


def _settle(row: CallParty, *, at: datetime) -> None:
    others = row.call.parties.exclude(pk=row.pk).values_list("tries", flat=True)
    found = identity.verdict(
        frozenset(Item(one) for one in row.right_items), tries=row.tries + sum(others)
    )
    row.identity = CallParty.Identity(str(found))
    row.passed_at = at if found == Verdict.PASSED else None
    row.save(update_fields=["right_items", "tries", "identity", "passed_at"])


def _known(row: CallParty) -> Known:
    resident = row.resident
    vouchers = Voucher.objects.filter(resident=resident, is_live=True)
    reserved = Reservation.objects.filter(resident=resident, is_live=True)
    return Known(
        name=resident.name,
        born_on=resident.born_on,
        address=resident.address,
        phone=resident.phone,
        voucher_numbers=frozenset(one.voucher_number for one in vouchers),
        reservation_numbers=frozenset(reserved.values_list("reservation_number", flat=True)),
    )
