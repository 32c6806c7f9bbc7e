"""Drafted by one, armed by another, opened by the clock alone; withdrawn it stays closed."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from booking import cohorts, free_places, releases, reservations, rulebook
from booking.models import CohortCount, PriorityGroup, ReleasePlan, ReleaseRow
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import JST, NOW
from venues import availability
from venues.models import Bucket, Opening, Tranche

pytestmark = pytest.mark.usefixtures("served")
OPENS = datetime(2026, 6, 8, 8, 30, tzinfo=JST)
DAY = date(2026, 6, 15)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def place(served):
    """One slot of four web places and two telephone places, on one day."""
    cast.everybody_may_book()
    vaccine = cast.vaccine(doses=1)
    found = cast.slot(day=DAY, vaccine_=vaccine)
    Opening.objects.update(lanes=2)
    return found


@pytest.fixture
def drafter(served):
    return cast.staff("ward_officer")


@pytest.fixture
def second(served):
    return cast.staff("ward_officer")


def drafted(drafter, *rows, **changes):
    plan = releases.draft(
        plan=ReleasePlan(**{"name": "6月15日の週", "announced_at": OPENS, "day_from": DAY, "day_until": DAY, **changes}),
        by=drafter, at=NOW,
    )  # fmt: skip
    for one in rows or ({},):
        row = ReleaseRow(plan=plan, **{"day_from": DAY, "day_until": DAY, "opens_at": OPENS, **one})
        plan = releases.keep_row(row=row, shown=plan.version, by=drafter, at=NOW)
    return plan


def armed(plan, second, at=NOW):
    found = releases.arm(
        plan=plan, shown=plan.version, accepted_because="点検した", by=second, at=at
    )
    rulebook.forget_kept()
    return found


def claim(bucket, at, person=None, dose=1):
    asking = Asking(channel=bucket.channel, request_key=uuid.uuid4())
    return reservations.claim(
        resident=person or cast.resident(), wishes=[Wish(dose, bucket.pk)], asking=asking,
        by=None, at=at,
    )  # fmt: skip


class TestTheSecond:
    def test_nobody_books_before_it_and_the_first_one_at_it(self, place, drafter, second):
        armed(drafted(drafter), second)

        with pytest.raises(reservations.NotBookable) as refusal:
            claim(place[1], OPENS - A_SECOND)
        assert "8:30から受け付けます" in str(refusal.value.words)
        assert claim(place[1], OPENS)

    def test_another_channel_goes_on_as_it_was(self, place, drafter, second):
        armed(drafted(drafter), second)

        assert claim(place[2], NOW)

    def test_a_draft_changes_nothing(self, place, drafter):
        drafted(drafter)
        rulebook.forget_kept()

        assert claim(place[1], NOW)

    def test_a_resident_sees_it_closed_until_then(self, place, drafter, second):
        armed(drafted(drafter), second)
        availability.announce(at=NOW)
        availability.forget_kept()

        def free(at):
            wanted = free_places.Wanted(born_on=date(1950, 4, 1), dose_number=1, at=at)
            return free_places.offer(at=at).earliest(5, wanted)

        assert free(OPENS - A_SECOND) == []
        assert len(free(OPENS)) == 1


class TestCohorts:
    @pytest.fixture
    def groups(self, place):
        PriorityGroup.objects.all().delete()
        old = PriorityGroup.objects.create(
            name="75歳以上", position=1, born_until=date(1951, 4, 1), bookable_from=NOW
        )
        rest = PriorityGroup.objects.create(name="そのほか", position=2, bookable_from=NOW)
        return old, rest

    def test_each_cohort_has_its_own_second(self, place, groups, drafter, second):
        later = OPENS + timedelta(hours=1)
        armed(drafted(drafter, {"group": groups[0]}, {"group": groups[1], "opens_at": later}), second)  # fmt: skip
        younger = cast.resident(born_on=date(1980, 1, 1))

        assert claim(place[1], OPENS)
        with pytest.raises(reservations.NotBookable):
            claim(place[1], OPENS, younger)
        assert claim(place[1], later, younger)

    def test_places_of_another_cohort_are_not_theirs(self, place, groups, drafter, second):
        armed(drafted(drafter, {"group": groups[0]}), second)

        with pytest.raises(reservations.NotBookable) as refusal:
            claim(place[1], OPENS, cast.resident(born_on=date(1980, 1, 1)))
        assert "ほかの優先区分" in str(refusal.value.words)

    def test_people_are_counted_by_their_first_group(self, place, groups):
        cast.resident()
        cast.resident(born_on=date(1980, 1, 1))
        cast.resident(born_on=date(1981, 1, 1))
        cast.resident(status_flag="2")

        cohorts.count(at=NOW)

        found = dict(CohortCount.objects.values_list("group__name", "people"))
        assert found == {"75歳以上": 1, "そのほか": 2}


class TestNumbers:
    ROWS = ({"places": 1}, {"places": 2, "opens_at": OPENS + timedelta(days=1)})

    def test_open_in_steps_and_the_rest_stays_closed(self, place, drafter, second):
        armed(drafted(drafter, *self.ROWS), second)

        assert claim(place[1], OPENS)
        with pytest.raises(reservations.SlotFull):
            claim(place[1], OPENS + timedelta(hours=1))
        for _ in range(2):
            assert claim(place[1], OPENS + timedelta(days=1))
        with pytest.raises(reservations.SlotFull):
            claim(place[1], OPENS + timedelta(days=3))  # the fourth is in no row
        assert Bucket.objects.get(pk=place[1].pk).taken == 3

    def test_without_tranches_every_place_would_be_open(self, place, drafter, second):
        armed(drafted(drafter, *self.ROWS), second)
        Tranche.objects.all().delete()

        for _ in range(4):
            assert claim(place[1], OPENS)

    def test_residents_see_what_is_open_only(self, place, drafter, second):
        armed(drafted(drafter, *self.ROWS), second)
        claim(place[1], OPENS)
        availability.announce(at=OPENS)
        availability.forget_kept()

        (group,) = free_places.offer(at=OPENS).groups[DAY]
        assert str(group.level) == "none"


class TestTwoPeople:
    def test_who_edited_last_cannot_arm(self, place, drafter):
        plan = drafted(drafter)

        with pytest.raises(releases.SamePerson):
            armed(plan, drafter)

    def test_the_database_keeps_two_people_too(self, place, drafter):
        plan = drafted(drafter)

        with pytest.raises(IntegrityError), transaction.atomic():
            ReleasePlan.objects.filter(pk=plan.pk).update(state="armed", armed_by=drafter)

    def test_who_changes_it_after_the_look_is_noticed(self, place, drafter, second):
        plan = drafted(drafter)
        shown = plan.version
        releases.keep_row(
            row=ReleaseRow(plan=plan, day_from=DAY, day_until=DAY, channel="phone", opens_at=OPENS),
            shown=shown, by=drafter, at=NOW,
        )  # fmt: skip

        with pytest.raises(releases.ChangedMeanwhile):
            releases.arm(plan=plan, shown=shown, accepted_because="よい", by=second, at=NOW)


class TestArming:
    def test_is_refused_with_errors(self, place, drafter, second):
        plan = drafted(drafter, {"opens_at": OPENS - timedelta(days=1)})

        with pytest.raises(releases.NotArmable):
            armed(plan, second)

    def test_looks_once_more_at_what_changed_since_the_page(self, place, drafter, second):
        plan = drafted(drafter)
        Opening.objects.update(bookable_until=OPENS)

        with pytest.raises(releases.NotArmable):
            armed(plan, second)

    def test_asks_why_warnings_are_right(self, place, drafter, second):
        plan = drafted(drafter)  # no row for the telephone

        with pytest.raises(releases.WarningsNotAccepted):
            releases.arm(plan=plan, shown=plan.version, accepted_because=" ", by=second, at=NOW)

    def test_is_done_once(self, place, drafter, second):
        plan = drafted(drafter)
        armed(plan, second)

        with pytest.raises(releases.NotADraft):
            armed(plan, second)

    def test_an_armed_plan_stands_as_it_is(self, place, drafter, second):
        plan = armed(drafted(drafter), second)
        row = plan.rows.get()

        with pytest.raises(releases.NotADraft):
            releases.drop_row(row=row, shown=plan.version, by=drafter, at=NOW)


class TestWithdrawing:
    def withdrawn(self, plan, by, at):
        found = releases.withdraw(plan=plan, shown=plan.version, reason="日付の誤り", by=by, at=at)
        rulebook.forget_kept()
        return found

    def test_before_the_opening_leaves_it_closed(self, place, drafter, second):
        """The slip that opens everything at once is the one this must not make."""
        self.withdrawn(armed(drafted(drafter), second), drafter, NOW)

        with pytest.raises(reservations.NotBookable) as refusal:
            claim(place[1], OPENS + timedelta(days=1))
        assert "まだ決まっていません" in str(refusal.value.words)

    def test_numbers_stay_closed_until_a_new_plan_takes_them(self, place, drafter, second):
        plan = armed(drafted(drafter, {"places": 2}), second)
        self.withdrawn(plan, drafter, NOW)
        copied = releases.copy(plan=plan, name="やり直し", by=drafter, at=NOW)
        later = OPENS + timedelta(days=1)
        row = copied.rows.get()
        row.opens_at, row.places = later, None
        copied = releases.keep_row(row=row, shown=copied.version, by=drafter, at=NOW)

        armed(copied, second)

        with pytest.raises(reservations.NotBookable):
            claim(place[1], OPENS)
        for _ in range(4):
            assert claim(place[1], later)

    def test_what_is_open_stays_open(self, place, drafter, second):
        plan = armed(drafted(drafter), second)
        self.withdrawn(plan, drafter, OPENS + A_SECOND)

        assert claim(place[1], OPENS + timedelta(hours=1))


class TestPreview:
    def test_tells_what_a_birth_date_meets_at_a_moment(self, place, drafter):
        plan = drafted(drafter)

        def seen(at):
            found = releases.preview(
                plan=plan, born_on=date(1950, 4, 1), dose_number=1, seen_at=at, at=NOW
            )
            return {one.channel: one.is_bookable for one in found}

        assert seen(OPENS - A_SECOND) == {"web": False, "phone": True}
        assert seen(OPENS) == {"web": True, "phone": True}
        assert not Tranche.objects.exists()


class TestDropping:
    def test_takes_rows_and_plan_and_keeps_their_history(self, place, drafter):
        plan = drafted(drafter)

        releases.drop(plan=plan, shown=plan.version, by=drafter, at=NOW)

        assert not ReleasePlan.objects.exists()
        assert ReleasePlan.history.filter(history_type="-").count() == 1
        assert ReleaseRow.history.filter(history_type="-").count() == 1
