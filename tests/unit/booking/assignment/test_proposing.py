"""The rule: never more than there is, the same for the same seed, households side by side."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.assignment.proposing import (
    ANYWHERE,
    MOST_TOGETHER,
    Person,
    Place,
    Terms,
    districts,
    oversold,
    propose,
)
from booking.lottery.drawing import Interval
from tests.unit.booking.lottery.test_drawing import DAY

PAIR = Interval(19, 21)
lists = st.lists(
    st.tuples(
        st.integers(0, 6), st.integers(0, 2), st.sampled_from([ANYWHERE, (1,), (2,), (1, 2)])
    ),
    max_size=30,
)
rooms = st.lists(st.integers(0, 5), min_size=8, max_size=8)


def people(rows):
    return [Person(f"p{number:02}", *row) for number, row in enumerate(rows)]


def places(counts=(1,) * 8, only_dose=None):
    found = []
    for number, count in enumerate(counts):
        at = DAY + timedelta(days=21 * (number // 4), hours=5 * (number % 2))
        found.append(Place(number + 1, 1 + number // 2 % 2, at, count, only_dose))
    return found


def given_to(found):
    return {one.name: one.bucket_ids for one in found}


class TestTheProposal:
    @settings(max_examples=80, deadline=None)
    @given(lists, rooms, st.booleans(), st.booleans(), st.text("0123abc", max_size=6))
    def test_is_for_each_once_never_too_much_and_always_the_same(
        self, rows, counts, pair, elsewhere, seed
    ):
        terms = Terms(1, PAIR if pair else None, elsewhere)
        asked, table = people(rows), places(counts)

        found = propose(seed=seed, people=asked, places=table, terms=terms)

        assert oversold(found, table) == {}
        assert sorted(one.name for one in found) == [one.name for one in asked]
        again = propose(seed=seed, people=asked[::-1], places=table[::-1], terms=terms)
        assert again == found
        where = {one.bucket_id: one for one in table}
        homes = {one.name: one.venue_ids for one in asked}
        for one in found:
            assert bool(one.why) is not bool(one.bucket_ids)
            venues = {where[pk].venue_id for pk in one.bucket_ids}
            assert len(one.bucket_ids) in ({0, 2} if pair else {0, 1})
            assert len(venues) <= 1
            if homes[one.name] and not elsewhere:
                assert venues <= set(homes[one.name])
            if len(one.bucket_ids) == 2:
                first, second = (where[pk].starts_at for pk in one.bucket_ids)
                assert (second.date() - first.date()).days >= PAIR.earliest_days

    @settings(max_examples=60, deadline=None)
    @given(lists, rooms)
    def test_nobody_is_left_over_while_a_place_of_theirs_is_free(self, rows, counts):
        table = places(counts)
        found = propose(seed="s", people=people(rows), places=table, terms=Terms())

        taken = [pk for one in found for pk in one.bucket_ids]
        homes = {one.name: one.venue_ids for one in people(rows)}
        for one in found:
            if one.why:
                near = [p for p in table if not homes[one.name] or p.venue_id in homes[one.name]]
                assert all(taken.count(place.bucket_id) == place.places for place in near)

    def test_a_household_goes_to_one_slot_where_one_has_room(self):
        table = [Place(1, 1, DAY, 2), Place(2, 1, DAY + timedelta(hours=1), 3)]
        found = propose(seed="s", people=people([(7, 0)] * 3), places=table, terms=Terms())
        assert {one.bucket_ids for one in found} == {(2,)}

    def test_else_to_as_few_as_there_are(self):
        table = [Place(number, 1, DAY + timedelta(hours=number), 2) for number in range(4)]
        found = propose(seed="s", people=people([(7, 0)] * 3), places=table, terms=Terms())
        assert sorted(one.bucket_ids for one in found) == [(0,), (0,), (1,)]

    def test_the_first_cohort_goes_first_whatever_the_seed(self):
        for seed in "abcdefgh":
            found = propose(
                seed=seed, people=people([(1, 1), (2, 0), (3, 1)]),
                places=[Place(1, 1, DAY, 1)], terms=Terms(),
            )  # fmt: skip
            assert given_to(found)["p01"] == (1,)

    def test_within_a_cohort_the_seed_decides(self):
        asked = people([(number, 0) for number in range(8)])
        first = {
            propose(seed=seed, people=asked, places=[Place(1, 1, DAY, 1)], terms=Terms())[0].name
            for seed in "abcdefghijkl"
        }
        assert len(first) > 2

    def test_a_home_of_many_is_given_in_parts(self):
        table = [Place(1, 1, DAY, MOST_TOGETHER), Place(2, 1, DAY + timedelta(hours=1), 30)]
        asked = people([(1, 0)] * (MOST_TOGETHER + 3))
        found = propose(seed="s", people=asked, places=table, terms=Terms())
        assert sorted(one.bucket_ids for one in found).count((1,)) == MOST_TOGETHER
        assert all(one.bucket_ids for one in found)


class TestWhy:
    def why(self, rows, table, terms=None):
        found = propose(seed="s", people=people(rows), places=table, terms=terms or Terms())
        return {one.why for one in found}

    def test_the_district_is_full(self):
        table = [Place(1, 1, DAY, 0), Place(2, 2, DAY, 5)]
        assert self.why([(1, 0, (1,))], table) == {"full_near"}
        assert self.why([(1, 0, (1,))], table, Terms(goes_elsewhere=True)) == {""}

    def test_everything_is_full(self):
        assert self.why([(1, 0)], []) == {"full"}

    def test_no_second_dose_fits(self):
        assert self.why([(1, 0)], [Place(1, 1, DAY, 5)], Terms(1, PAIR)) == {"no_second"}

    def test_days_for_one_dose_are_kept_to_it(self):
        later = DAY + timedelta(days=21)
        table = [Place(1, 1, DAY, 5, 2), Place(2, 1, later, 5, 1)]
        assert self.why([(1, 0)], table, Terms(1, PAIR)) == {"no_second"}
        table = [Place(1, 1, DAY, 5, 1), Place(2, 1, later, 5, 2)]
        assert self.why([(1, 0)], table, Terms(1, PAIR)) == {""}


class TestDistricts:
    VENUES = {1: ("999", "9990001"), 2: ("9990001",), 3: ("998",), 4: ()}

    def test_the_longest_beginning_counts(self):
        assert districts(self.VENUES, "9990001") == (1, 2)
        assert districts(self.VENUES, "9990002") == (1,)

    def test_who_is_named_by_none_goes_where_nobody_is_named(self):
        assert districts(self.VENUES, "1000001") == (4,)
        assert districts({1: ("999",)}, "1000001") == ()
        assert districts({}, "1000001") == ANYWHERE
