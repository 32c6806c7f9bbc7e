"""Many at once for few places: never oversold, never torn, never twice; and the danger is real."""

import re
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time as clock
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connections
from django.utils.timezone import localdate

from booking import one_time_codes, reservations
from booking.models import OneTimeCode, Reservation, ReservationEvent
from booking.reservations import Asking, Wish, _change, _claim, _sql
from notifications.models import Message
from privacy.models import AccessEntry
from tenancy.current import current, municipality_atomic, serving
from tests import cast
from venues import slots
from venues.models import Bucket

pytestmark = pytest.mark.concurrency

CALLERS = 50
PLACES = 10
REFUSALS = (reservations.Refused, one_time_codes.WrongCode)


def all_at_once(jobs):
    """Start every job from one barrier; count what came of each."""
    barrier, served = Barrier(len(jobs)), current()

    def run(job):
        with serving(served):
            barrier.wait()
            try:
                job()
            except (*REFUSALS, OperationalError, IntegrityError) as refusal:
                return type(refusal).__name__
            finally:
                connections.close_all()
            return "granted"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def asking(channel="web", key=None):
    return Asking(channel=channel, request_key=key or uuid.uuid4())


def claiming(resident, *buckets, channel="web", key=None, by=None):
    wishes = [Wish(dose, bucket.pk) for dose, bucket in enumerate(buckets, start=1)]

    def job():
        reservations.claim(
            resident=resident, wishes=wishes, asking=asking(channel, key), by=by, at=cast.now()
        )

    return job


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        yield live_municipalities


def bucket(*, days=14, hour=10, web=PLACES, phone=0):
    venue = cast.venue()
    return cast.slot(
        day=localdate() + timedelta(days=days), at=clock(hour, 0), web=web, phone=phone,
        venue_=venue,
    )[1:]  # fmt: skip


def people(count):
    return [cast.resident() for _ in range(count)]


def taken(one):
    return Bucket.objects.get(pk=one.pk).taken


def counters_are_true():
    """Every counter equals the live reservations in its bucket."""
    counts = Counter(Reservation.objects.filter(is_live=True).values_list("bucket_id", flat=True))
    return all(one.taken == counts.get(one.pk, 0) for one in Bucket.objects.all())


def look_then_take(made, _told, _former, _asking, **_rest):
    """The guard taken away: what many programs do."""
    for one in made:
        seen = Bucket.objects.get(pk=one.bucket_id)
        if seen.taken >= seen.capacity:
            return _claim.Found("", is_granted=False)
        time.sleep(0.05)
        one.save(force_insert=True)
        Bucket.objects.filter(pk=seen.pk).update(taken=seen.taken + 1)
    return _claim.Found("", is_granted=True)


class TestOnePlaceEach:
    def test_never_grants_more_places_than_the_slot_has(self, town):
        web, _ = bucket()

        outcome = all_at_once([claiming(one, web) for one in people(CALLERS)])

        assert outcome == {"granted": PLACES, "SlotFull": CALLERS - PLACES}
        assert taken(web) == PLACES == Reservation.objects.count()
        assert ReservationEvent.objects.count() == Message.objects.count() == PLACES
        assert AccessEntry.objects.filter(what="claim").count() == PLACES

    def test_the_race_is_real_without_the_guard(self, town, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_claim, "_run", look_then_take)
        web, _ = bucket()

        outcome = all_at_once([claiming(one, web) for one in people(CALLERS)])

        assert outcome["granted"] > PLACES
        assert Reservation.objects.count() > taken(web)

    def test_the_last_place_goes_to_one(self, town):
        web, _ = bucket(web=1)

        outcome = all_at_once([claiming(one, web) for one in people(CALLERS)])

        assert outcome == {"granted": 1, "SlotFull": CALLERS - 1}


class TestPairs:
    def test_are_granted_whole_or_not_at_all(self, town):
        first, _ = bucket()
        second, _ = bucket(days=35, web=PLACES - 3)

        outcome = all_at_once([claiming(one, first, second) for one in people(CALLERS)])

        assert outcome == {"granted": PLACES - 3, "PairNotFree": CALLERS - PLACES + 3}
        assert taken(first) == taken(second) == PLACES - 3
        doses = Counter(Reservation.objects.values_list("dose_number", flat=True))
        assert doses == {1: PLACES - 3, 2: PLACES - 3}

    def test_that_cross_do_not_deadlock(self, town):
        one, _ = bucket(web=CALLERS)
        two, _ = bucket(days=35, web=CALLERS)
        three, _ = bucket(days=56, web=CALLERS)
        pairs = [(one, two), (two, three), (one, three)]

        outcome = all_at_once(
            [claiming(who, *pairs[n % 3]) for n, who in enumerate(people(CALLERS))]
        )

        assert outcome == {"granted": CALLERS}
        assert taken(one) + taken(two) + taken(three) == 2 * CALLERS

    def test_the_race_is_real_dose_by_dose(self, town):
        """If this ever fails, the tests above prove nothing: two claims tear a pair."""
        first, _ = bucket()
        second, _ = bucket(days=35, web=PLACES - 3)

        def dose_by_dose(resident):
            def job():
                claiming(resident, first)()
                reservations.claim(
                    resident=resident, wishes=[Wish(2, second.pk)], asking=asking(), by=None,
                    at=cast.now(),
                )  # fmt: skip

            return job

        all_at_once([dose_by_dose(one) for one in people(CALLERS)])

        assert taken(first) > taken(second)


class TestOnePerson:
    def test_asking_many_times_gets_one(self, town):
        web, _ = bucket(web=CALLERS)
        who = cast.resident()

        outcome = all_at_once([claiming(who, web) for _ in range(CALLERS)])

        assert outcome == {"granted": 1, "AlreadyReserved": CALLERS - 1}
        assert taken(web) == 1
        assert counters_are_true()

    def test_pressing_many_times_gets_the_same_number(self, town):
        web, _ = bucket(web=CALLERS)
        who, key = cast.resident(), uuid.uuid4()

        outcome = all_at_once([claiming(who, web, key=key) for _ in range(CALLERS)])

        assert outcome == {"granted": CALLERS}
        assert Reservation.objects.count() == taken(web) == 1
        assert Message.objects.count() == 1

    def test_the_race_is_real_without_the_guards(self, town, blind):
        """If this ever fails, the tests above prove nothing."""
        web, _ = bucket(web=CALLERS)
        who = cast.resident()
        name = f"{town.mihon.schema}.reservation_one_live_per_dose"
        with psycopg.connect(town.superuser_url, autocommit=True) as owner:
            made_by = owner.execute("SELECT pg_get_indexdef(%s::regclass)", [name]).fetchone()[0]
            owner.execute(f"DROP INDEX {name}")
            try:
                outcome = all_at_once([claiming(who, web) for _ in range(CALLERS)])
            finally:
                owner.execute(f"DELETE FROM {town.mihon.schema}.booking_reservationevent")
                owner.execute(f"DELETE FROM {town.mihon.schema}.booking_reservation")
                owner.execute(made_by)

        assert outcome["granted"] > 1


@pytest.fixture
def blind(monkeypatch):
    """The guard taken away: nobody looks again, under the lock, at what else is held."""
    monkeypatch.setattr(_sql, "AGREED", "EXISTS (SELECT 1 FROM standing WHERE held IS NOT NULL)")
    monkeypatch.setattr(_change, "visits_of", lambda _held, _programme: {})
    for statement in (_sql.single, _sql.several):
        statement.cache_clear()
    yield
    for statement in (_sql.single, _sql.several):
        statement.cache_clear()


class TestTheInterval:
    """21 days between the doses, whoever asks for which of them at the same moment."""

    PEOPLE = 12

    def claiming_dose(self, who, dose, place, *, channel="web", by=None):
        def job():
            reservations.claim(
                resident=who, wishes=[Wish(dose, place.pk)], asking=asking(channel), by=by,
                at=cast.now(),
            )  # fmt: skip

        return job

    def two_tabs(self):
        """For each person one tab asks for dose 1 while another asks for dose 2, a week apart."""
        first, _ = bucket(web=CALLERS)
        second, phone = bucket(days=21, web=CALLERS, phone=CALLERS)
        operator, jobs = cast.staff(), []
        for number, who in enumerate(people(self.PEOPLE)):
            jobs.append(self.claiming_dose(who, 1, first))
            other = (second, "web", None) if number % 2 else (phone, "phone", operator)
            place, channel, by = other
            jobs.append(self.claiming_dose(who, 2, place, channel=channel, by=by))
        return jobs

    def too_close(self):
        days = {}
        for one in Reservation.objects.filter(is_live=True).select_related("slot__opening"):
            days.setdefault(one.resident_id, []).append(one.slot.opening.day)
        return sum(max(found) - min(found) < timedelta(days=21) for found in days.values() if len(found) > 1)  # fmt: skip

    def test_is_kept_by_two_tabs(self, town):
        outcome = all_at_once(self.two_tabs())

        assert outcome == {"granted": self.PEOPLE, "NotBookable": self.PEOPLE}
        assert self.too_close() == 0
        assert counters_are_true()

    def test_the_race_is_real_in_two_tabs(self, town, blind):
        """If this ever fails, the test above proves nothing."""
        all_at_once(self.two_tabs())

        assert self.too_close() > 0

    def moving_towards_each_other(self):
        """Five weeks apart; each of the two moves alone is right, both together are not."""
        first, _ = bucket(web=CALLERS)
        second, _ = bucket(days=49, web=CALLERS)
        later, _ = bucket(days=28, web=CALLERS, phone=CALLERS)
        _, phone = bucket(days=35, web=CALLERS, phone=CALLERS)
        operator, jobs = cast.staff(), []
        for who in people(self.PEOPLE):
            claiming(who, first, second)()
            one, two = reservations.live_of(who.pk)
            jobs += [self.moving(one, later), self.moving(two, phone, "phone", operator)]
        return jobs

    def moving(self, held, to, channel="web", by=None):
        def job():
            reservations.move(
                reservation=held, bucket_id=to.pk, channel=channel, by=by, at=cast.now()
            )

        return job

    def test_is_kept_by_two_moves_of_web_and_console(self, town):
        outcome = all_at_once(self.moving_towards_each_other())

        assert outcome == {"granted": self.PEOPLE, "NotBookable": self.PEOPLE}
        assert self.too_close() == 0
        assert counters_are_true()

    def test_the_race_is_real_for_two_moves(self, town, blind):
        """If this ever fails, the test above proves nothing."""
        all_at_once(self.moving_towards_each_other())

        assert self.too_close() > 0

    def test_is_kept_by_a_pair_against_a_single_dose(self, town):
        first, _ = bucket(web=CALLERS)
        second, _ = bucket(days=35, web=CALLERS)
        between, _ = bucket(days=28, web=CALLERS)
        jobs = []
        for who in people(self.PEOPLE):
            jobs += [claiming(who, first, second), self.claiming_dose(who, 2, between)]

        outcome = all_at_once(jobs)

        assert outcome["granted"] == self.PEOPLE
        assert self.too_close() == 0
        assert counters_are_true()


class TestWebAgainstOperator:
    def test_each_takes_from_its_own_share(self, town):
        web, phone = bucket(web=8, phone=4)
        operator = cast.staff()
        who = people(CALLERS)

        outcome = all_at_once(
            [claiming(one, web) for one in who[:30]]
            + [claiming(one, phone, channel="phone", by=operator) for one in who[30:]]
        )

        assert outcome == {"granted": 12, "SlotFull": CALLERS - 12}
        assert (taken(web), taken(phone)) == (8, 4)

    def test_the_same_resident_is_booked_once(self, town):
        web, phone = bucket(web=CALLERS, phone=CALLERS)
        operator, who = cast.staff(), people(CALLERS // 2)

        outcome = all_at_once(
            [claiming(one, web) for one in who]
            + [claiming(one, phone, channel="phone", by=operator) for one in who]
        )

        assert outcome == {"granted": len(who), "AlreadyReserved": len(who)}
        assert taken(web) + taken(phone) == len(who)
        assert counters_are_true()


def unordered_lock(*, bucket_ids):
    """The guard taken away: locks in the order in which they come to mind."""
    for one in bucket_ids:
        list(Bucket.objects.select_for_update(no_key=True).filter(pk=one))
        time.sleep(0.05)


class TestSwaps:
    def swapping(self, count):
        """Half hold a place here and want one there, half the other way round."""
        here, _ = bucket(web=count)
        there, _ = bucket(hour=14, web=count)
        jobs = []
        for number, who in enumerate(people(count)):
            now, then = (here, there) if number % 2 else (there, here)
            claiming(who, now)()
            (held,) = reservations.live_of(who.pk)
            jobs.append(self.moving(held, then))
        return jobs, here, there

    def moving(self, held, to):
        def job():
            reservations.move(
                reservation=held, bucket_id=to.pk, channel="web", by=None, at=cast.now()
            )

        return job

    def test_all_succeed_and_no_place_is_lost(self, town):
        jobs, here, there = self.swapping(CALLERS)

        assert all_at_once(jobs) == {"granted": CALLERS}
        assert (taken(here), taken(there)) == (CALLERS // 2, CALLERS // 2)
        assert counters_are_true()

    def test_the_race_is_real_in_any_order(self, town, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_change.slots, "lock", unordered_lock)
        jobs, *_ = self.swapping(10)

        assert all_at_once(jobs)["OperationalError"] > 0  # deadlock detected

    def test_into_the_last_place_one_moves_and_the_others_keep_theirs(self, town):
        target, _ = bucket(hour=15, web=1)
        here, _ = bucket(web=CALLERS)
        jobs = []
        for who in people(CALLERS):
            claiming(who, here)()
            jobs.append(self.moving(reservations.live_of(who.pk)[0], target))

        assert all_at_once(jobs) == {"granted": 1, "SlotFull": CALLERS - 1}
        assert (taken(here), taken(target)) == (CALLERS - 1, 1)
        assert counters_are_true()

    def test_pressing_many_times_moves_once(self, town):
        here, _ = bucket()
        there, _ = bucket(hour=14)
        who = cast.resident()
        claiming(who, here)()
        held = reservations.live_of(who.pk)[0]

        outcome = all_at_once([self.moving(held, there) for _ in range(8)])

        assert outcome == {"granted": 1, "SamePlace": 7}
        assert ReservationEvent.objects.filter(what="moved").count() == 1
        assert counters_are_true()

    def test_moving_and_cancelling_the_same_gives_back_once(self, town):
        here, _ = bucket(web=CALLERS)
        there, _ = bucket(hour=14, web=CALLERS)
        jobs = []
        for who in people(CALLERS // 2):
            claiming(who, here)()
            held = reservations.live_of(who.pk)[0]
            jobs += [self.moving(held, there), cancelling(Reservation.objects.get(pk=held.pk))]

        outcome = all_at_once(jobs)

        assert outcome == {"granted": CALLERS // 2, "ChangedMeanwhile": CALLERS // 2}
        assert counters_are_true()


def cancelling(held):
    def job():
        reservations.cancel(reservation=held, channel="web", by=None, at=cast.now())

    return job


def taking(one):
    return {"bucket_id": one.pk, "reservation_id": uuid.uuid4(), "by": None, "at": cast.now()}


def test_a_refusal_leaves_nothing_behind(town):
    web, _ = bucket(web=0)

    all_at_once([claiming(one, web) for one in people(20)])

    assert not Reservation.objects.exists()
    assert not Message.objects.exists()
    assert not ReservationEvent.objects.exists()
    with municipality_atomic():
        assert slots.take(**taking(web)) is False


class TestOneTimeCodes:
    """Many at once get no more tries than one, and a code opens once."""

    @pytest.fixture
    def sent(self, town):
        who = cast.resident()
        code_id = one_time_codes.send(
            resident=who, purpose="enter", network="192.0.2.1", language="ja", at=cast.now()
        )
        code = re.search(r"\d{6}", Message.objects.get(kind="code").body)[0]
        return code_id, code

    def redeeming(self, code_id, code):
        def job():
            one_time_codes.redeem(code_id=code_id, purpose="enter", code=code, at=cast.now())

        return job

    def test_opens_once(self, sent):
        code_id, code = sent

        outcome = all_at_once([self.redeeming(code_id, code) for _ in range(CALLERS)])

        assert outcome == {"granted": 1, "WrongCode": CALLERS - 1}

    def test_is_guessed_at_five_times(self, sent):
        code_id, code = sent
        wrong = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, CALLERS)]

        all_at_once([self.redeeming(code_id, one) for one in wrong])

        assert OneTimeCode.objects.get(pk=code_id).tries == one_time_codes.MOST_TRIES
        with pytest.raises(one_time_codes.WrongCode):
            self.redeeming(code_id, code)()
