"""Many at once on one resident: one lease, one success; each with its "the race is real" twin."""

import threading
import uuid
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from booking import reservations
from booking.models import Reservation
from booking.reservations import Asking, Wish
from callcentre import calls, claims, identity_checks, leases, parties
from callcentre.models import CallParty, Lease
from callcentre.parties import Clues
from callcentre.refusals import HeldByOther
from tenancy.current import serving
from tests import cast

pytestmark = pytest.mark.concurrency
OPERATORS = 8


def all_at_once(municipality, works):
    """Run every piece of work in a thread of its own, from one barrier; count what came out."""
    barrier, outcome = threading.Barrier(len(works)), Counter()

    def run(work):
        with serving(municipality):
            try:
                barrier.wait(timeout=20)
                outcome[work()] += 1
            except (HeldByOther, reservations.Refused) as refusal:
                outcome[type(refusal).__name__] += 1
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return dict(outcome)


@pytest.fixture
def floor(live_municipalities):
    """見本市 with operators in a call each, one resident whom all of them have identified."""
    with serving(live_municipalities.mihon):
        now = timezone.now()
        cast.everybody_may_book()
        slot, web, phone = cast.slot(web=1, phone=1)
        for bucket in (web, phone):
            bucket.bookable_from, bucket.bookable_until = (
                now.replace(year=2020),
                now.replace(year=2099),
            )
            bucket.save()
        resident = cast.resident()
        found = [_party(cast.staff(), resident, at=now) for _ in range(OPERATORS)]
    return live_municipalities.mihon, resident, (slot, web, phone), found


def _party(operator, resident, *, at):
    call = calls.start(by=operator, at=at)
    calls.read_notice(call=call, by=operator)
    clues = Clues(resident.voucher_number_for_test, resident.name, resident.born_on)
    (found,) = parties.look_for(call=call, clues=clues, by=operator, at=at)
    party = parties.bring_in(call=call, found=found, by=operator, at=at)
    identity_checks.answer_by_clues(party=party, clues=clues, by=operator, at=at)
    return CallParty.objects.select_related("call__operator").get(pk=party.pk)


def leasing(party):
    def work():
        leases.take(
            resident_id=party.resident_id, call=party.call, by=party.call.operator,
            at=timezone.now(),
        )  # fmt: skip
        return "held"

    return work


def claiming(party, slot):
    def work():
        claims.claim_for(
            party=party, wishes={1: slot.pk}, request_key=uuid.uuid4(), by=party.call.operator,
            at=timezone.now(),
        )  # fmt: skip
        return "granted"

    return work


def claiming_online(resident, web):
    def work():
        reservations.claim(
            resident=resident, wishes=[Wish(1, web.pk)],
            asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=timezone.now(),
        )  # fmt: skip
        return "granted"

    return work


class TestLease:
    def test_is_held_by_exactly_one(self, floor):
        municipality, _, _, found = floor

        outcome = all_at_once(municipality, [leasing(party) for party in found])

        assert outcome == {"held": 1, "HeldByOther": OPERATORS - 1}

    def test_the_race_is_real_without_the_one_statement(self, floor, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        municipality, _, _, found = floor
        looked = threading.Barrier(OPERATORS)

        def look_then_take(*, resident_id, call, by, at):
            held = Lease.objects.filter(resident_id=resident_id, expires_at__gt=at).first()
            looked.wait(timeout=20)
            if held is not None and held.call_id != call.pk:
                raise HeldByOther(held.holder.display_name)
            Lease.objects.update_or_create(
                resident_id=resident_id,
                defaults={"call": call, "holder": by, "taken_at": at, "expires_at": at + leases.LASTS},
            )  # fmt: skip

        monkeypatch.setattr(leases, "take", look_then_take)

        outcome = all_at_once(municipality, [leasing(party) for party in found])

        assert outcome == {"held": OPERATORS}


class TestClaim:
    def test_operators_grant_exactly_one(self, floor):
        municipality, _, (slot, *_), found = floor

        outcome = all_at_once(municipality, [claiming(party, slot) for party in found])

        assert outcome == {"granted": 1, "HeldByOther": OPERATORS - 1}

    def test_web_against_operator_grants_exactly_one(self, floor):
        municipality, resident, (slot, web, phone), (party, *_) = floor

        outcome = all_at_once(
            municipality, [claiming(party, slot), claiming_online(resident, web)]
        )  # fmt: skip

        assert outcome == {"granted": 1, "AlreadyReserved": 1}
        with serving(municipality):
            web.refresh_from_db()
            phone.refresh_from_db()
            assert web.taken + phone.taken == Reservation.objects.filter(is_live=True).count() == 1

    def test_two_residents_for_the_last_place(self, floor):
        municipality, _, (slot, web, phone), (party, *_) = floor
        with serving(municipality):
            phone.taken = phone.capacity
            phone.save()
            other = cast.resident(name="見本　花子")

        outcome = all_at_once(municipality, [claiming(party, slot), claiming_online(other, web)])

        assert outcome == {"granted": 1, "SlotFull": 1}
