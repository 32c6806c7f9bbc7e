"""Several programmes at once: each has its own doses, limits and intervals (事業)."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from booking import invariants, reservations, rulebook
from booking.contacts import Contact
from booking.models import Reservation, Resident, VaccineCourse
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues import programmes
from venues.models import Opening, Programme

pytestmark = pytest.mark.usefixtures("served")

DAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _everybody(served):
    cast.everybody_may_book()


@pytest.fixture
def check_up():
    return cast.programme("見本検診", kind="check_up")


def claim(resident, *buckets, first=1, channel="web", **kwargs):
    return reservations.claim(
        resident=resident,
        wishes=[Wish(dose, one.pk) for dose, one in enumerate(buckets, start=first)],
        asking=Asking(channel=channel, request_key=uuid.uuid4()),
        by=None,
        at=NOW,
        **kwargs,
    )


class TestTheFirst:
    def test_what_names_no_programme_belongs_to_the_first(self):
        _, web, _ = cast.slot()

        (made,) = claim(cast.resident(), web)

        first = programmes.first()
        assert Opening.objects.get().programme_id == first
        assert VaccineCourse.objects.get().programme_id == first
        assert Reservation.objects.get(pk=made.pk).programme_id == first
        assert [one.pk for one in programmes.everything()] == [first]

    def test_is_made_once(self):
        assert not programmes.everything()
        assert programmes.first() == programmes.first()
        assert Programme.objects.count() == 1

    def test_a_process_of_the_former_version_writes_into_it(self):
        """Its INSERT names no programme."""
        _, web, _ = cast.slot()
        (made,) = claim(cast.resident(), web)
        with connection.cursor() as cursor:
            cursor.execute("SELECT booking_live_places(%s)", [made.resident_id])
            assert cursor.fetchone()[0] == f"1:{web.pk}"
            cursor.execute(
                "INSERT INTO booking_reservation (id, reservation_number, resident_id, dose_number,"
                " bucket_id, slot_id, channel, speaker, is_live, version, request_key,"
                " notice_version, claimed_at) SELECT gen_random_uuid(), '0615-000001-X', resident_id,"
                " 2, bucket_id, slot_id, channel, speaker, false, 1, gen_random_uuid(), 1, claimed_at"
                " FROM booking_reservation RETURNING programme_id"
            )
            assert cursor.fetchone()[0] == programmes.first()


class TestTwoAtOnce:
    def test_one_person_books_the_same_dose_in_both(self, check_up):
        _, ours, _ = cast.slot(day=DAY)
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up)
        who = cast.resident()

        claim(who, ours)
        claim(who, theirs)

        live = reservations.live_of(who.pk)
        assert {(one.programme_id, one.dose_number) for one in live} == {
            (programmes.first(), 1),
            (check_up.pk, 1),
        }
        assert not invariants.broken()

    def test_and_in_each_only_once(self, check_up):
        _, ours, _ = cast.slot(day=DAY)
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up)
        who = cast.resident()
        claim(who, ours)
        claim(who, theirs)

        for bucket in (ours, theirs):
            with pytest.raises(reservations.AlreadyReserved):
                claim(who, bucket)
        assert Reservation.objects.count() == 2

    def test_the_database_says_so_too(self, check_up):
        _, theirs, _ = cast.slot(programme_=check_up)
        (made,) = claim(cast.resident(), theirs)
        made.pk, made.reservation_number, made.request_key = uuid.uuid4(), "x", uuid.uuid4()

        with pytest.raises(IntegrityError), transaction.atomic():
            made.save(force_insert=True)

    def test_an_interval_is_measured_within_a_programme(self, check_up):
        vaccine = cast.vaccine()
        cast.course(vaccine, check_up, earliest_days=7, standard_days=7)
        _, first, _ = cast.slot(day=DAY, vaccine_=vaccine)
        _, soon, _ = cast.slot(day=DAY + timedelta(days=8), vaccine_=vaccine)
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up, vaccine_=vaccine)
        _, week, _ = cast.slot(day=DAY + timedelta(days=8), programme_=check_up, vaccine_=vaccine)
        who = cast.resident()
        claim(who, first)

        with pytest.raises(reservations.NotBookable):
            claim(who, soon, first=2)
        assert len(claim(who, theirs, week)) == 2

    def test_vaccines_are_compared_within_a_programme(self, check_up):
        _, first, _ = cast.slot(day=DAY)
        other = cast.vaccine("別の製薬")
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up, vaccine_=other)
        who = cast.resident()
        claim(who, first)

        assert claim(who, theirs)

    def test_an_age_holds_for_its_programme_only(self, check_up):
        vaccine = cast.vaccine()
        cast.course(vaccine, check_up, minimum_age=40, doses=1)
        _, ours, _ = cast.slot(day=DAY, vaccine_=vaccine)
        _, theirs, _ = cast.slot(day=DAY, vaccine_=vaccine, programme_=check_up)
        young = cast.resident(born_on=date(2000, 1, 1))

        assert claim(young, ours)
        with pytest.raises(reservations.NotBookable) as refused:
            claim(young, theirs)
        assert "40歳以上" in str(refused.value.words)

    def test_one_claim_is_for_one_programme(self, check_up):
        _, ours, _ = cast.slot(day=DAY)
        _, theirs, _ = cast.slot(day=DAY + timedelta(days=30), programme_=check_up)

        with pytest.raises(reservations.NotBookable):
            claim(cast.resident(), ours, theirs)
        assert not Reservation.objects.exists()

    def test_nobody_moves_from_one_to_the_other(self, check_up):
        _, ours, _ = cast.slot(day=DAY)
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up)
        (made,) = claim(cast.resident(), ours)

        with pytest.raises(reservations.NotBookable):
            reservations.move(reservation=made, bucket_id=theirs.pk, channel="web", by=None, at=NOW)
        ours.refresh_from_db()
        theirs.refresh_from_db()
        assert (ours.taken, theirs.taken) == (1, 0)

    def test_a_second_programme_takes_nobodys_contact_over(self, check_up):
        """Whoever knows voucher and date of birth must not turn the reminders to themselves."""
        _, ours, _ = cast.slot(day=DAY)
        _, theirs, _ = cast.slot(day=DAY, programme_=check_up)
        who = cast.resident()
        claim(who, ours)

        claim(Resident.objects.get(pk=who.pk), theirs, contact=Contact(phone="+817099990009"))

        assert Resident.objects.get(pk=who.pk).phone == "+817099990001"

    def test_the_last_place_of_one_is_not_the_others(self, check_up):
        _, ours, _ = cast.slot(day=DAY, web=1)
        _, theirs, _ = cast.slot(day=DAY, web=1, programme_=check_up)
        claim(cast.resident(), ours)
        claim(cast.resident(), theirs)

        for bucket in (ours, theirs):
            with pytest.raises(reservations.SlotFull):
                claim(cast.resident(), bucket)
        assert not invariants.broken()


class TestClosed:
    @pytest.mark.parametrize("channel", ["web", "phone"])
    def test_takes_nobody_by_any_channel_and_leaves_the_others_alone(self, check_up, channel):
        _, ours, _ = cast.slot(day=DAY)
        _, web, phone = cast.slot(day=DAY, programme_=check_up)
        Programme.objects.filter(pk=check_up.pk).update(is_open=False)
        rulebook.forget_kept()
        who = cast.resident()

        with pytest.raises(reservations.NotBookable):
            claim(who, web if channel == "web" else phone, channel=channel)
        assert claim(who, ours)


class TestAnyNumberOfDoses:
    def test_four_doses_each_in_its_interval(self, check_up):
        vaccine = cast.vaccine()
        cast.course(vaccine, check_up, doses=4, earliest_days=7, standard_days=7, latest_days=14)
        found = [
            cast.slot(day=DAY + timedelta(days=7 * one), programme_=check_up, vaccine_=vaccine)[1]
            for one in range(4)
        ]

        assert len(claim(cast.resident(), *found)) == 4

    def test_not_later_than_the_longest_interval(self, check_up):
        vaccine = cast.vaccine()
        cast.course(vaccine, check_up, earliest_days=7, standard_days=7, latest_days=14)
        _, first, _ = cast.slot(day=DAY, programme_=check_up, vaccine_=vaccine)
        _, late, _ = cast.slot(day=DAY + timedelta(days=15), programme_=check_up, vaccine_=vaccine)
        who = cast.resident()

        with pytest.raises(reservations.NotBookable) as refused:
            claim(who, first, late)
        assert "6月29日" in str(refused.value.words)
        claim(who, late, first=2)
        with pytest.raises(reservations.NotBookable):  # nor a first one so long before it
            claim(who, first)

    def test_not_one_more_than_the_course_has(self, check_up):
        cast.course(cast.vaccine(), check_up, doses=1)
        _, only, _ = cast.slot(programme_=check_up)

        with pytest.raises(reservations.NotBookable):
            claim(cast.resident(), only, first=2)


class TestMakers:
    def two(self, programme_):
        one, other = cast.vaccine("甲製薬"), cast.vaccine("乙製薬")
        first = cast.slot(day=DAY, programme_=programme_, vaccine_=one)[1]
        day = DAY + timedelta(days=30)
        return first, cast.slot(day=day, programme_=programme_, vaccine_=other)[1]

    @pytest.mark.parametrize("rule", ["vaccine", "maker"])
    def test_another_maker_is_refused_as_the_rule_says(self, rule):
        programme = cast.programme(maker_rule=rule)

        with pytest.raises(reservations.NotBookable):
            claim(cast.resident(), *self.two(programme))

    def test_any_where_the_programme_lets(self):
        assert len(claim(cast.resident(), *self.two(cast.programme(maker_rule="any")))) == 2

    def test_another_product_of_the_same_maker(self):
        from venues.models import Vaccine

        programme = cast.programme(maker_rule="maker")
        one = cast.vaccine("甲製薬")
        newer = Vaccine.objects.create(maker="甲製薬", name="甲二価", name_en="Bivalent")
        rulebook.forget_kept()
        first = cast.slot(day=DAY, programme_=programme, vaccine_=one)[1]
        day = DAY + timedelta(days=30)
        second = cast.slot(day=day, programme_=programme, vaccine_=newer)[1]

        assert len(claim(cast.resident(), first, second)) == 2
