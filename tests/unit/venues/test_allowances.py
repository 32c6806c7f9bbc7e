"""Overbooking is a number that people signed for, until a moment; never a dummy, never negative."""

from datetime import timedelta

import pytest

from booking import reservations
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from venues import allowances, availability, days, freezes, ledger, refusals
from venues.models import Allowance, Bucket, PlaceEntry

pytestmark = pytest.mark.usefixtures("served")
HOUR = timedelta(hours=1)


@pytest.fixture
def web(served):
    cast.everybody_may_book()
    return cast.slot(web=1, phone=1)[1]


@pytest.fixture
def officers(served):
    return cast.staff("ward_officer"), cast.staff("ward_officer")


@pytest.fixture
def alone(officers):
    allowances.set_needs_two(wanted=False, reason="会議で決定", by=officers[0], at=NOW)
    return officers[0]


def sign(bucket, by, *, places=1, until=NOW + HOUR, at=NOW):
    return allowances.sign(
        bucket=bucket, places=places, until=until, reason="欠席の見込み", by=by, at=at
    )


def claim(bucket, at=NOW):
    return cast.reservation(cast.resident(), bucket=bucket, at=at)


class TestInForce:
    def test_lets_that_many_more_in_until_its_moment(self, web, alone):
        sign(web, alone)
        claim(web)
        claim(web)
        with pytest.raises(reservations.SlotFull):
            claim(web)

        web.refresh_from_db()
        assert (web.taken, web.capacity, web.allowance) == (2, 1, 1)
        assert ledger.differences() == []

    def test_is_over_to_the_second_with_nobody_pressing(self, web, alone):
        sign(web, alone)
        claim(web)

        with pytest.raises(reservations.SlotFull):
            claim(web, at=NOW + HOUR)

    def test_stands_apart_in_counts(self, web, alone):
        sign(web, alone)
        claim(web)
        claim(web)

        count = days.line_of(web.slot.opening).web
        assert (count.capacity, count.taken, count.left, count.above) == (1, 2, 0, 1)

    def test_is_seen_by_residents_as_places(self, web, alone):
        claim(web)
        sign(web, alone)
        availability.forget_kept()

        (place,) = [p for p in availability.free_places(at=NOW).places if p.bucket_id == web.pk]
        assert place.is_free

    def test_ended_keeps_who_is_booked(self, web, alone):
        sign(web, alone, places=3)
        claim(web)
        claim(web)
        sign(web, alone, places=0)

        web.refresh_from_db()
        assert (web.allowance, web.allowance_until) == (1, None)
        with pytest.raises(reservations.SlotFull):
            claim(web)
        assert ledger.differences() == []

    def test_is_an_entry_that_names_who_and_why(self, web, alone):
        sign(web, alone, places=2)

        entry = PlaceEntry.objects.get(what="allowed")
        assert (entry.allowance, entry.reason, entry.done_by) == (2, "欠席の見込み", alone)

    def test_waits_while_increases_are_frozen(self, web, alone):
        freezes.begin(found=1, note="", at=NOW)

        with pytest.raises(refusals.Frozen):
            sign(web, alone)

        assert not Allowance.objects.exists()


class TestTwoPeople:
    def test_are_asked_for_unless_the_ward_says_otherwise(self, web, officers):
        made = sign(web, officers[0])
        assert made.in_force_since is None
        web.refresh_from_db()
        assert web.allowance == 0

        with pytest.raises(refusals.TwoPeople):
            allowances.agree(allowance=made, by=officers[0], at=NOW)
        allowances.agree(allowance=made, by=officers[1], at=NOW)

        web.refresh_from_db()
        assert web.allowance == 1
        with pytest.raises(refusals.ChangedMeanwhile):
            allowances.agree(allowance=made, by=officers[1], at=NOW)

    def test_a_second_signature_waits_for_the_first(self, web, officers):
        made = sign(web, officers[0])
        with pytest.raises(refusals.AllowanceWaits):
            sign(web, officers[1])

        assert allowances.refuse(allowance=made, by=officers[0], at=NOW)
        assert not allowances.refuse(allowance=made, by=officers[0], at=NOW)
        sign(web, officers[1])

    def test_too_late_is_not_agreed_to(self, web, officers):
        made = sign(web, officers[0])

        with pytest.raises(refusals.AllowanceMakesNoSense):
            allowances.agree(allowance=made, by=officers[1], at=NOW + HOUR)

    def test_ending_takes_one(self, web, officers):
        made = sign(web, officers[0], places=2)
        allowances.agree(allowance=made, by=officers[1], at=NOW)

        assert sign(web, officers[0], places=0).in_force_since == NOW


class TestNonsense:
    @pytest.mark.parametrize("places", [-1, 51, 10**9])
    def test_numbers(self, web, alone, places):
        with pytest.raises(refusals.AllowanceMakesNoSense):
            sign(web, alone, places=places)

    @pytest.mark.parametrize("until", [NOW, NOW - HOUR, NOW + timedelta(days=99)])
    def test_moments(self, web, alone, until):
        with pytest.raises(refusals.AllowanceMakesNoSense):
            sign(web, alone, until=until)

    def test_whoever_may_not(self, web):
        for role in ("operator", "supervisor", "contractor", "auditor"):
            with pytest.raises(refusals.MayNotSign):
                sign(web, cast.staff(role))

    def test_the_database_refuses_one_person_twice(self, web, officers):
        from django.db import IntegrityError, transaction

        made = sign(web, officers[0])
        with pytest.raises(IntegrityError), transaction.atomic():
            Allowance.objects.filter(pk=made.pk).update(agreed_by=officers[0], agreed_at=NOW)


class TestPages:
    def test_sign_agree_and_see(self, officers):
        cast.everybody_may_book()
        from datetime import timedelta as days_

        from django.utils import timezone

        slot, web, _ = cast.slot(day=timezone.localdate() + days_(5))
        first, second = desk(officers[0]), desk(officers[1])
        path = f"/venues/openings/{slot.opening_id}/allowances/"
        typed = {
            "bucket": web.pk, "places": "2", "reason": "欠席の見込み", "until_time": "17:00",
            "until_day": (timezone.localdate() + days_(1)).isoformat(),
        }  # fmt: skip
        assert first.post(path, {**typed, "places": "99"}).status_code == 422
        assert first.post(path, typed).status_code == 302
        made = Allowance.objects.get()
        first.post(f"/venues/allowances/{made.pk}/agree/")
        assert Bucket.objects.get(pk=web.pk).allowance == 0
        assert "同意待ち" in second.get(path).text
        second.post(f"/venues/allowances/{made.pk}/agree/")

        assert Bucket.objects.get(pk=web.pk).allowance == 2
        assert "超過枠+2" in first.get(f"/venues/openings/{slot.opening_id}/").text
