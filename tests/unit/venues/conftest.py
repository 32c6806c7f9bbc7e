"""A ward officer, a venue, a vaccine and a plan for opening days."""

from datetime import date, datetime, time

import pytest

from tests import cast
from tests.cast import JST, NOW
from venues.openings import Plan, open_day
from venues.timetable import Hours

DAY = date(2026, 6, 15)
WHY = {"reason": "医師の追加"}


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer", display_name="見本 区職員")


@pytest.fixture
def signed(officer):
    """Who, why and when, as every verb asks for them."""
    return {"reason": "医師の追加", "by": officer, "at": NOW}


@pytest.fixture
def plan(served):
    """09:00 to 10:00, two lanes of five: four slots of ten, six online and four by telephone."""

    def make(**changes):
        hours = Hours(
            **{
                "starts_at": time(9), "ends_at": time(10), "lanes": 2, "places_per_lane": 5,
                "phone_share": 40, **changes.pop("hours", {}),
            }
        )  # fmt: skip
        return Plan(
            venue=changes.pop("venue", None) or cast.venue(),
            vaccine=changes.pop("vaccine", None) or cast.vaccine(),
            hours=hours,
            bookable_from=changes.pop("bookable_from", datetime(2026, 6, 1, 9, tzinfo=JST)),
            days_before=changes.pop("days_before", 1),
            closes_at=changes.pop("closes_at", time(17)),
        )

    return make


@pytest.fixture
def opening(plan, signed):
    return open_day(plan=plan(), day=DAY, **signed)
