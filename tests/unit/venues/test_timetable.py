"""What hours and lanes become."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.refusals import TimetableRefused
from venues.timetable import Hours, Line, lines, totals

MORNING = Hours(starts_at=time(9), ends_at=time(10), lanes=2, places_per_lane=5, phone_share=40)


def minutes(moment):
    return moment.hour * 60 + moment.minute


@st.composite
def any_hours(draw):
    starts = draw(st.integers(0, 23 * 60))
    ends = draw(st.integers(starts + 1, 24 * 60 - 1))
    pause = draw(st.none() | st.tuples(st.integers(starts, ends), st.integers(starts, ends)))
    pause = None if pause is None or pause[0] >= pause[1] else pause

    def clock(at):
        return time(at // 60, at % 60)

    return Hours(
        starts_at=clock(starts),
        ends_at=clock(ends),
        break_from=pause and clock(pause[0]),
        break_until=pause and clock(pause[1]),
        lanes=draw(st.integers(1, 99)),
        slot_minutes=draw(st.integers(5, 240)),
        places_per_lane=draw(st.integers(1, 99)),
        phone_share=draw(st.integers(0, 100)),
    )


def test_an_hour_of_two_lanes():
    assert lines(MORNING) == [
        Line(time(9), time(9, 15), 6, 4),
        Line(time(9, 15), time(9, 30), 6, 4),
        Line(time(9, 30), time(9, 45), 6, 4),
        Line(time(9, 45), time(10), 6, 4),
    ]


def test_the_break_is_kept_free_and_the_grid_starts_anew_after_it():
    hours = replace(MORNING, ends_at=time(11), break_from=time(9, 20), break_until=time(10, 10))

    assert [one.starts_at for one in lines(hours)] == [time(9), time(10, 10), time(10, 25), time(10, 40)]  # fmt: skip


@given(any_hours())
def test_slots_never_overlap_nor_reach_into_the_break_or_past_the_end(hours):
    try:
        found = lines(hours)
    except TimetableRefused:
        return

    for one, after in zip(found, [*found[1:], None], strict=True):
        assert minutes(one.ends_at) - minutes(one.starts_at) == hours.slot_minutes
        assert hours.starts_at <= one.starts_at
        assert one.ends_at <= hours.ends_at
        assert after is None or one.ends_at <= after.starts_at
        if hours.break_from:
            assert one.ends_at <= hours.break_from or one.starts_at >= hours.break_until


@given(any_hours())
def test_no_place_is_lost_and_the_telephone_gets_its_share_of_the_day(hours):
    try:
        found = lines(hours)
    except TimetableRefused:
        return
    added = totals(found)

    assert added.places == added.slots * hours.lanes * hours.places_per_lane
    assert all(one.web >= 0 and one.phone >= 0 for one in found)
    assert abs(added.phone - added.places * hours.phone_share / 100) <= 0.5
    assert added.times(3).places == added.places * 3


@given(any_hours())
def test_no_room_is_wasted_that_a_whole_slot_would_fit_in(hours):
    try:
        count = len(lines(hours))
    except TimetableRefused:
        count = 0
    pause = (hours.break_from, hours.break_until) if hours.break_from else (hours.ends_at, hours.ends_at)  # fmt: skip
    spans = [(hours.starts_at, pause[0]), (pause[1], hours.ends_at)]

    assert count == sum((minutes(b) - minutes(a)) // hours.slot_minutes for a, b in spans)


@pytest.mark.parametrize(
    ("wrong", "item"),
    [
        ({"ends_at": time(9)}, "ends_at"),
        ({"ends_at": time(8, 59)}, "ends_at"),
        ({"ends_at": time(9, 10)}, "slot_minutes"),
        ({"lanes": 0}, "lanes"),
        ({"lanes": -1}, "lanes"),
        ({"lanes": 100}, "lanes"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": 241}, "slot_minutes"),
        ({"places_per_lane": 0}, "places_per_lane"),
        ({"phone_share": 101}, "phone_share"),
        ({"phone_share": -1}, "phone_share"),
        ({"break_from": time(9, 30)}, "break_until"),
        ({"break_until": time(9, 30)}, "break_from"),
        ({"break_from": time(9, 30), "break_until": time(9, 30)}, "break_until"),
        ({"break_from": time(8), "break_until": time(9, 30)}, "break_from"),
        ({"break_from": time(9, 30), "break_until": time(10, 30)}, "break_from"),
        ({"break_from": time(9), "break_until": time(10)}, "slot_minutes"),
    ],
)
def test_refuses_what_makes_no_sense_and_names_the_part(wrong, item):
    with pytest.raises(TimetableRefused) as refusal:
        lines(replace(MORNING, **wrong))

    assert refusal.value.item == item
    assert refusal.value.words
