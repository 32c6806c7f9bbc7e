"""The draw: the same for everybody who works it out, never more than there is."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.lottery.drawing import (
    Applicant,
    Interval,
    Place,
    Wish,
    draw,
    hash_of,
    lot,
    oversold,
)
from tests.cast import JST

DAY = datetime(2026, 7, 1, 9, 0, tzinfo=JST)
ANY = (Wish(),)
wishes = st.lists(
    st.builds(
        Wish, st.sampled_from([None, 1, 2]),
        st.sampled_from([None, DAY.date(), DAY.date() + timedelta(days=21)]),
        st.sampled_from([None, "am", "pm"]),
    ), min_size=1, max_size=3,
)  # fmt: skip
rooms = st.lists(st.integers(0, 3), min_size=8, max_size=8)


def places(counts=(1,) * 8):
    found = []
    for number, count in enumerate(counts):
        at = DAY + timedelta(days=21 * (number // 4), hours=5 * (number % 2))
        found.append(Place(number + 1, 1 + number // 2 % 2, at, count))
    return found


def people(*lists):
    return [Applicant(f"a{number}", tuple(one)) for number, one in enumerate(lists)]


class TestTheDraw:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(wishes, max_size=20), rooms, st.booleans(), st.text("0123abc", max_size=6))
    def test_never_gives_more_than_there_is_and_is_always_the_same(self, lists, counts, pair, seed):
        applicants, table = people(*lists), places(counts)
        interval = Interval(19, 21) if pair else None

        found = draw(seed=seed, applicants=applicants, places=table, pair=interval)

        assert oversold(found, table) == {}
        again = draw(seed=seed, applicants=applicants[::-1], places=table[::-1], pair=interval)
        assert again == found
        for one in found:
            assert len(one.bucket_ids) in ({0, 2} if pair else {0, 1})

    @settings(max_examples=40, deadline=None)
    @given(st.lists(wishes, min_size=1, max_size=12), rooms)
    def test_nobody_loses_while_a_wish_could_be_met(self, lists, counts):
        applicants, table = people(*lists), places(counts)
        found = {one.name: one for one in draw(seed="s", applicants=applicants, places=table)}
        gone = [pk for one in found.values() for pk in one.bucket_ids]
        left = [one for one in table if one.places > gone.count(one.bucket_id)]

        for one in applicants:
            if not found[one.name].bucket_ids:
                assert not any(place.fits(wish) for place in left for wish in one.wishes)

    def test_goes_by_the_lot_and_by_the_order_of_wishes(self):
        wanted = [Wish(2), Wish(1)]
        table = [Place(1, 1, DAY, 1), Place(2, 2, DAY, 1)]

        found = draw(seed="x", applicants=people(wanted, wanted, wanted), places=table)

        assert [one.wish_met for one in found] == [1, 2, None]
        assert [one.lot for one in found] == sorted(lot("x", f"a{n}") for n in range(3))

    def test_takes_part_of_the_day_and_venue_into_account(self):
        morning, evening = Place(1, 1, DAY, 1), Place(2, 1, DAY + timedelta(hours=9), 1)

        (one,) = draw(
            seed="x", applicants=people([Wish(1, DAY.date(), "evening")]), places=[morning, evening]
        )

        assert one.bucket_ids == (2,)

    def test_another_seed_draws_others(self):
        applicants, table = people(*[ANY] * 40), [Place(1, 1, DAY, 5)]

        won = {
            frozenset(one.name for one in draw(seed=str(n), applicants=applicants, places=table) if one.bucket_ids)
            for n in range(5)
        }  # fmt: skip

        assert len(won) == 5

    def test_when_it_does_not_matter_who_came_first(self):
        """Over many seeds the first and the last to apply win about as often."""
        applicants, table = people(*[ANY] * 10), [Place(1, 1, DAY, 5)]
        wins = {"a0": 0, "a9": 0}
        for seed in range(400):
            for one in draw(seed=str(seed), applicants=applicants, places=table):
                if one.bucket_ids and one.name in wins:
                    wins[one.name] += 1

        assert all(150 < count < 250 for count in wins.values())


class TestPairs:
    def test_both_doses_or_none(self):
        first, second = Place(1, 1, DAY, 2), Place(2, 1, DAY + timedelta(days=21), 1)

        found = draw(
            seed="x", applicants=people(ANY, ANY), places=[first, second], pair=Interval(19, 21)
        )

        assert [one.bucket_ids for one in found] == [(1, 2), ()]

    def test_nearest_to_the_standard_day_and_the_time_of_day(self):
        sooner, right, later = (
            Place(pk, 1, DAY + timedelta(days=days, hours=hours), 1)
            for pk, days, hours in ((2, 19, 0), (3, 21, 1), (4, 21, 5))
        )

        (one,) = draw(
            seed="x", applicants=people([Wish(1, DAY.date())]),
            places=[Place(1, 1, DAY, 1), later, sooner, right], pair=Interval(19, 21),
        )  # fmt: skip

        assert one.bucket_ids == (1, 3)

    def test_never_too_soon_nor_at_another_venue(self):
        table = [
            Place(1, 1, DAY, 1), Place(2, 1, DAY + timedelta(days=18), 1),
            Place(3, 2, DAY + timedelta(days=21), 1),
        ]  # fmt: skip

        (one,) = draw(seed="x", applicants=people([Wish(1)]), places=table, pair=Interval(19, 21))

        assert one.bucket_ids == ()


def test_an_overdraw_would_be_seen():
    """The guard of the draw: without the counting down it says so."""
    table = [Place(1, 1, DAY, 1)]
    twice = draw(seed="x", applicants=people(ANY), places=table) * 2

    assert oversold(twice, table) == {1: 2}


def test_the_hash_is_plain_sha_256():
    assert hash_of("waku") == "008a9748f02f7fb0aad1df2a90f89e9dd87a30f1b241b49b2a224f0eaadd5b64"
