"""What one person may choose, out of what is announced to all."""

from datetime import date, time

import pytest

from booking import dose_places, free_places
from booking.free_places import Wanted
from tests import cast
from tests.unit.booking.views.conftest import far
from venues import availability
from venues.levels import Level


@pytest.fixture
def halls(served):
    cast.everybody_may_book()
    return cast.venue(), cast.venue()


def offer():
    availability.forget_kept()
    return free_places.offer(at=cast.now())


class TestAge:
    def test_is_reached_on_the_day_before_by_law(self, halls):
        born_on = far(20).replace(year=far(20).year - 16)
        for days in (18, 19, 20):
            cast.slot(day=far(days), venue_=halls[0])

        assert list(offer().days(Wanted(born_on=born_on))) == [far(19), far(20)]
        assert len(offer().days(Wanted())) == 3

    def test_follows_the_rule_in_force_on_each_day(self, halls):
        from booking import rulebook
        from booking.models import VaccineCourse

        vaccine = cast.vaccine()
        VaccineCourse.objects.create(vaccine=vaccine, effective_from=far(15), minimum_age=12)
        rulebook.forget_kept()
        for days in (14, 15):
            cast.slot(day=far(days), venue_=halls[0])
        child = date(far(0).year - 13, far(0).month, 1)

        assert list(offer().days(Wanted(born_on=child))) == [far(15)]


class TestLooking:
    def test_finds_the_earliest_of_each_day_and_venue(self, halls):
        cast.slot(day=far(10), at=time(9, 0), venue_=halls[0], web=0)
        cast.slot(day=far(10), at=time(11, 0), venue_=halls[0])
        cast.slot(day=far(10), at=time(10, 0), venue_=halls[1])
        cast.slot(day=far(9), at=time(15, 0), venue_=halls[1])

        found = offer().earliest(5, Wanted())

        assert [(one.day, one.starts_at.hour) for one in found] == [
            (far(9), 15), (far(10), 10), (far(10), 11),
        ]  # fmt: skip

    def test_tells_a_full_day_from_a_closed_one(self, halls):
        cast.slot(day=far(10), venue_=halls[0], web=0)

        assert offer().days(Wanted()) == {far(10): Level.NONE}

    def test_lists_each_venue_with_its_first_free_day(self, halls):
        cast.slot(day=far(10), venue_=halls[0], web=0)
        cast.slot(day=far(12), venue_=halls[0])
        cast.slot(day=far(11), venue_=halls[1], web=0)

        assert offer().venues(Wanted()) == {
            halls[0].pk: (Level.MANY, far(12)),
            halls[1].pk: (Level.NONE, None),
        }

    def test_shows_no_vaccine_without_rules(self, halls):
        vaccine = cast.vaccine("規則なし製薬", effective_from=far(100))
        cast.slot(day=far(10), venue_=halls[0], vaccine_=vaccine)

        assert offer().days(Wanted()) == {}


class TestSecondDose:
    def suggested(self, halls, *others):
        first = cast.slot(day=far(10), at=time(10, 0), venue_=halls[0])[1]
        for days, hour, hall in others:
            cast.slot(day=far(days), at=time(hour, 0), venue_=halls[hall])
        found = offer()
        place = found.find(first.pk)
        course = free_places.course_of(place)
        wanted = dose_places.for_next(place, course, born_on=None)
        seconds = found.seconds(place, course, wanted, count=9)
        return [((one.day - far(10)).days, one.starts_at.hour, one.venue_id) for one in seconds]

    def test_is_suggested_at_the_standard_interval_same_venue_same_time(self, halls):
        here, there = halls[0].pk, halls[1].pk
        found = self.suggested(
            halls, (31, 9, 0), (31, 10, 0), (31, 10, 1), (30, 10, 0), (29, 10, 0), (32, 15, 0)
        )

        assert found == [
            (21, 10, here), (21, 10, there), (20, 10, here), (22, 15, here), (19, 10, here),
        ]  # fmt: skip

    def test_is_never_suggested_too_soon(self, halls):
        assert self.suggested(halls, (28, 10, 0), (15, 10, 0)) == []
