"""A family or a care home is booked side by side, all or none; nobody learns who was refused."""

import uuid
from datetime import date, time

import pytest

from booking import adjacent, group_claims, reservations, rulebook
from booking.adjacent import Room
from booking.models import BookingRules, Reservation, Resident
from booking.reservations import Asking
from notifications.models import Message
from privacy.models import AccessEntry
from tenancy.standings import standing
from tests import cast
from tests.cast import NOW
from venues import slots
from venues.models import Bucket, Hold

DAY, LATE = date(2026, 6, 15), date(2026, 7, 6)


class TestSideBySide:
    ROOMS = (Room(1, 10, 1), Room(1, 11, 2), Room(2, 20, 0), Room(3, 30, 2))

    def test_fills_one_slot_before_the_next(self):
        assert adjacent.spread(self.ROOMS, 3) == [10, 11, 11]
        assert adjacent.spread(self.ROOMS, 4) == [10, 11, 11, 30]

    @pytest.mark.parametrize("count", [6, 60])
    def test_is_none_where_they_do_not_fit(self, count):
        assert adjacent.spread(self.ROOMS, count) is None

    def test_takes_no_place_that_was_taken_too_often(self):
        assert adjacent.spread([Room(1, 10, -3), Room(2, 20, 1)], 1) == [20]

    def test_ends_where_nobody_would_be_together(self):
        far = [Room(n, n, 0) for n in range(adjacent.MOST_SLOTS)] + [Room(99, 99, 5)]

        assert adjacent.spread(far, 1) is None


def rules(**values):
    rulebook.booking_rules()
    BookingRules.objects.update(**({"group_on_web": True} | values))
    rulebook.forget_kept()


@pytest.fixture
def ward(served):
    row = standing()
    row.proxy_allowed = True
    row.save()
    rules()
    cast.everybody_may_book()


@pytest.fixture
def family(ward):
    return [cast.resident(name=f"見本　{name}") for name in ("太郎", "花子", "一郎")]


@pytest.fixture
def hall(ward):
    return cast.venue()


@pytest.fixture
def places(hall):
    """Three quarters of an hour: two web places, none, two."""
    return [
        cast.slot(day=DAY, at=time(10, 15 * number), web=web, phone=1, venue_=hall)
        for number, web in enumerate((2, 0, 2))
    ]


def claim(people, *starts, key=None, **named):
    asking = Asking(
        channel=named.pop("channel", "web"), request_key=key or uuid.uuid4(),
        speaker=named.pop("speaker", "family"),
    )  # fmt: skip
    told = {"channels": ["web"], "consent": group_claims.consent_mark(), "by": None, "at": NOW}
    wanted = {dose: one[0].pk for dose, one in enumerate(starts, start=1)}
    return group_claims.claim_together(
        residents=people, starts=wanted, asking=asking, **(told | named)
    )


def nothing_was_written():
    assert not Reservation.objects.exists()
    assert not Bucket.objects.filter(taken__gt=0).exists()
    assert not Message.objects.exists()
    assert not AccessEntry.objects.filter(what__in=["claim", "group_consent"]).exists()


class TestClaimTogether:
    def test_books_everybody_in_the_slot_and_in_those_after_it(self, family, places):
        made = claim(family, places[0])

        assert [one.resident_id for (one,) in made] == [one.pk for one in family]
        assert [one.slot_id for (one,) in made] == [places[n][0].pk for n in (0, 0, 2)]
        assert {one.speaker for one in Reservation.objects.all()} == {"family"}

    def test_books_both_doses_of_everybody(self, family, places, hall):
        later = cast.slot(day=LATE, web=3, venue_=hall)

        made = claim(family, places[0], later)

        assert [[one.dose_number for one in own] for own in made] == [[1, 2]] * 3
        assert Bucket.objects.get(pk=later[1].pk).taken == 3

    def test_writes_down_for_each_that_all_agreed(self, family, places):
        claim(family, places[0], speaker="family")

        found = AccessEntry.objects.filter(what="group_consent")
        assert {one.resident_id for one in found} == {one.pk for one in family}
        assert all(one.why.startswith("family 3 ") for one in found)
        assert all(group_claims.consent_mark() in one.why for one in found)

    def test_pressed_twice_is_once_for_each(self, family, places):
        key = uuid.uuid4()
        first = claim(family, places[0], key=key)

        assert claim(family, places[0], key=key) == first
        assert Reservation.objects.count() == 3

    def test_takes_what_ran_out_of_being_held(self, family, places):
        slots.hold(
            holder_id=uuid.uuid4(),
            wanted={1: places[0][1].pk},
            until=NOW,
            since=NOW,
            by=None,
            at=NOW,
        )

        claim(family, places[0])

        assert not Hold.objects.filter(bucket__isnull=False).exists()

    def test_books_nobody_where_one_place_is_missing(self, family, places):
        people = [*family, cast.resident(), cast.resident()]
        rules(group_most=9)

        with pytest.raises(group_claims.GroupNotFree):
            claim(people, places[0])
        nothing_was_written()

    def test_books_nobody_where_the_second_dose_does_not_fit_all(self, family, places, hall):
        later = cast.slot(day=LATE, web=2, venue_=hall)

        with pytest.raises(group_claims.GroupNotFree):
            claim(family, places[0], later)
        nothing_was_written()

    @pytest.mark.parametrize("number", [0, 1, 2])
    @pytest.mark.parametrize("reason", ["flag", "voucher", "booked"])
    def test_refuses_all_in_one_sentence_whoever_it_was(self, family, places, number, reason):
        who = family[number]
        if reason == "flag":
            Resident.objects.filter(pk=who.pk).update(status_flag="1")
        elif reason == "voucher":
            who.vouchers.update(is_live=False)
        else:
            cast.reservation(who, bucket=cast.slot(day=LATE)[1])
        before = Reservation.objects.count()

        with pytest.raises(group_claims.GroupRefused) as refused:
            claim(family, places[0])

        assert str(refused.value.words) == str(group_claims.GroupRefused.words)
        assert refused.value.from_record
        assert set(refused.value.refused) == {number}
        assert Reservation.objects.count() == before

    @pytest.mark.parametrize("number", [0, 2])
    def test_tries_everybody_whoever_was_refused(self, family, places, number, monkeypatch):
        """Else the time of the answer would tell."""
        Resident.objects.filter(pk=family[number].pk).update(status_flag="1")
        tried, real = [], reservations.claim

        def counting(**asked):
            tried.append(asked["resident"].pk)
            return real(**asked)

        monkeypatch.setattr(reservations, "claim", counting)
        with pytest.raises(group_claims.GroupRefused):
            claim(family, places[0])

        assert tried == [one.pk for one in family]


class TestTheWardsConsent:
    @pytest.mark.parametrize(
        ("values", "speaker"),
        [
            ({"group_on_web": False}, "family"),
            ({"group_most": 2}, "family"),
            ({"group_speakers": "family"}, "carer"),
            ({"group_speakers": "carer"}, "family"),
            ({}, "self"),
        ],
    )
    def test_is_asked(self, family, places, values, speaker):
        rules(**values)

        with pytest.raises(group_claims.GroupNotAllowed):
            claim(family, places[0], speaker=speaker)
        nothing_was_written()

    def test_is_none_where_nobody_may_speak_for_others(self, family, places):
        row = standing()
        row.proxy_allowed = False
        row.save()
        rulebook.forget_kept()

        with pytest.raises(group_claims.GroupNotAllowed):
            claim(family, places[0])

    @pytest.mark.parametrize("consent", ["", "0" * 16])
    def test_is_the_sentence_in_force(self, family, places, consent):
        with pytest.raises(group_claims.ConsentMissing):
            claim(family, places[0], consent=consent)

    def test_is_asked_anew_when_the_sentence_changes(self, family, places):
        shown = group_claims.consent_mark()
        rules(group_consent="全員に説明しました。")

        with pytest.raises(group_claims.ConsentMissing):
            claim(family, places[0], consent=shown)

    def test_is_for_two_at_least_and_each_once(self, family, places):
        for people in ([], family[:1], [family[0], family[0]]):
            with pytest.raises(group_claims.GroupNotAllowed):
                claim(people, places[0])


@pytest.mark.parametrize("slot_id", [0, -1, 10**15])
def test_a_slot_that_is_not_there_is_full(family, slot_id):
    with pytest.raises(group_claims.GroupNotFree):
        group_claims.claim_together(
            residents=family, starts={1: slot_id}, channels=["web"], by=None, at=NOW,
            asking=Asking(channel="web", request_key=uuid.uuid4(), speaker="family"),
            consent=group_claims.consent_mark(),
        )  # fmt: skip
