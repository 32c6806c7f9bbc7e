"""The line at the door: limits, places kept, lots, and clocks that are set."""

import itertools
from dataclasses import replace

import pytest

from frontdoor import line
from frontdoor.limits import Limits
from frontdoor.line import Moment
from frontdoor.slips import Slip


def tau(one, other):
    """Kendall's tau of two orders of the same things."""
    place = {thing: number for number, thing in enumerate(other)}
    pairs = list(itertools.combinations([place[thing] for thing in one], 2))
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs)


def wait_until_all_are_in(door, turns, *, every=1.0, most=4000):
    """Everybody looks once a second and goes in when called; the slips in order of entry."""
    order, waiting = [], dict(enumerate(turns))
    for _ in range(most):
        door.now += every
        for number, turn in list(waiting.items()):
            found = door.step("enter", door.slip(turn))
            waiting[number] = found
            if found.is_inside:
                order.append(found.slip)
                del waiting[number]
        if not waiting:
            return order
    raise AssertionError(f"{len(waiting)} still wait")


class TestALittleLoad:
    def test_sees_no_waiting_room(self, door):
        door.limits = Limits(per_minute=600, most_inside=1000)
        assert {turn.state for turn in door.come(15)} == {"inside"}

    def test_goes_on_seeing_none(self, door):
        for _ in range(200):
            door.now += 1.1
            assert door.step().is_inside


class TestLimits:
    def test_in_no_minute_more_than_may(self, door):
        entries = []
        waiting = door.come(300)
        for _ in range(180):
            door.now += 1
            for number, turn in enumerate(waiting):
                if not turn.is_inside:
                    waiting[number] = door.step("enter", door.slip(turn))
                    if waiting[number].is_inside:
                        entries.append(door.now)

        windows = [sum(at <= one < at + 60 for one in entries) for at in entries]
        assert max(windows) <= 60
        assert len(entries) > 150, "and nearly as many as may"

    @pytest.mark.parametrize("limit", [1, 7, 30, 31, 62, 600])
    def test_hold_for_every_limit_from_the_first_moment(self, door, limit):
        door.limits = Limits(per_minute=limit, most_inside=100_000)
        let_in = sum(turn.is_inside for turn in door.come(limit + 50))
        for _ in range(59):
            door.now += 1
            let_in += sum(turn.is_inside for turn in door.come(limit // 20 + 2))

        called = line.valkey().zcard(line.keys_of(door.code)[2])
        assert let_in + called <= limit

    def test_no_more_inside_at_once_than_may(self, door):
        door.limits = Limits(per_minute=6000, most_inside=5)
        turns = door.come(12)
        inside = [turn for turn in turns if turn.is_inside]

        assert len(inside) == 5
        for _ in range(30):
            door.now += 2
            for turn in inside:
                assert door.look(turn, "touch").is_inside
            assert door.look(turns[5]).state == "waiting"

    def test_who_left_without_a_word_makes_room_after_a_minute(self, door):
        door.limits = Limits(per_minute=6000, most_inside=5)
        turns = door.come(6)
        last = turns[-1]
        for _ in range(4):
            door.now += 20
            last = door.look(last)

        assert last.state == "called"

    def test_nought_lets_nobody_in(self, door):
        door.limits = Limits(per_minute=0, most_inside=100)
        turn = door.step()
        door.now += 3000

        assert (turn.state, door.look(turn).state) == ("waiting", "waiting")

    def test_nobody_overtakes(self, door):
        turns = door.come(80)
        waiting = [turn for turn in turns if not turn.is_inside]
        order = wait_until_all_are_in(door, waiting)

        assert tau([turn.slip for turn in waiting], order) >= 0.9
        late = door.step()
        assert late.slip not in order

    def test_of_a_network_are_coarse_and_short(self, door):
        door.limits = replace(door.limits, of_network=3)
        states = [turn.state for turn in door.come(5, network="192.0.2.1")]
        other = door.step(network="192.0.2.2")

        assert states.count("crowded") == 2
        assert other.state == "waiting"


class TestAPlace:
    @pytest.fixture
    def waiting(self, door):
        """The tenth of a line that nobody is let in from."""
        door.limits = Limits(per_minute=0)
        found = door.come(10)
        door.limits = Limits(per_minute=60, most_inside=1000)
        return found

    def test_is_kept_over_a_cut_of_five_minutes(self, door, waiting):
        door.limits = Limits(per_minute=0)
        others = waiting[5:]
        for _ in range(14):
            door.now += 20
            others = [door.look(turn) for turn in others]
        assert [turn.ahead for turn in others] == [0, 1, 2, 3, 4], "who left holds up nobody"

        back = door.look(waiting[2])

        assert (back.slip, back.ahead, back.why) == (waiting[2].slip, 0, "")

    def test_is_lost_after_more(self, door, waiting):
        door.limits = Limits(per_minute=0)
        other = waiting[5]
        for _ in range(16):
            door.now += 20
            other = door.look(other)

        back = door.look(waiting[2])

        assert (back.why, back.slip == waiting[2].slip) == ("expired", False)
        assert back.ahead > 0, "at the end"

    def test_outlives_a_valkey_that_comes_back_empty(self, door, waiting):
        door.forget()
        door.limits = Limits(per_minute=0)
        door.now += 30
        late = door.step()
        back = [door.look(turn) for turn in reversed(waiting)]

        assert {turn.slip for turn in back} == {turn.slip for turn in waiting}
        assert door.look(late).ahead == len(waiting)

    def test_is_taken_by_nobody_else_with_the_same_slip(self, door):
        turn = door.step()
        shown = Slip(turn.slip, "w", turn.order, turn.seen)
        assert door.step("enter", shown).is_inside, "the answer may have been lost on its way"
        for _ in range(7):
            door.now += 50
            turn = door.look(turn, "touch")

        again = door.step("enter", shown)

        assert again.why == "used"
        assert again.slip != turn.slip

    def test_inside_ends_after_an_hour(self, door):
        turn = door.step()
        for _ in range(75):
            door.now += 50
            found = door.look(turn, "touch")
        assert found.state == "nobody"

        assert door.look(turn, "enter").why == "expired"

    def test_that_was_called_waits_five_minutes(self, door, waiting):
        door.now += 2
        called = door.look(waiting[0])
        assert called.state == "called"
        door.now += 200
        assert door.step("enter", door.slip(waiting[0])).is_inside


class TestClocks:
    def test_that_go_back_let_nobody_wait_longer_and_nobody_in_twice(self, door):
        door.limits = Limits(per_minute=60, most_inside=1000)
        turns = door.come(10)
        door.now -= 7200
        waiting = [turn for turn in turns if not turn.is_inside]

        assert wait_until_all_are_in(door, waiting) == [turn.slip for turn in waiting]

    def test_that_leap_forward_take_nobody_s_place(self, door):
        door.limits = Limits(per_minute=0)
        turns = door.come(5)
        door.now += 86_400
        found = [door.look(turn) for turn in turns]

        assert [turn.why for turn in found] == [""] * 5
        assert [turn.slip for turn in found] == [turn.slip for turn in turns]

    def test_orders_rise_even_when_the_clock_stands_still(self, door):
        door.limits = Limits(per_minute=0)
        orders = [int(turn.order) for turn in door.come(20)]

        assert orders == sorted(set(orders))


class TestTheLot:
    SEED = "5eed" * 16

    @pytest.fixture
    def gathered(self, door):
        """A hundred and twenty people who came one after the other before the opening moment."""
        opens_at = door.now + 600
        door.moment = Moment(opens_at, door.now - 1, self.SEED)
        turns = []
        for _ in range(120):
            door.now += 4
            turns.append(door.step())
        assert {turn.state for turn in turns} == {"gathering"}
        door.now = opens_at - 30
        turns = [door.look(turn) for turn in turns]
        assert {turn.state for turn in turns} == {"gathering"}
        door.now = opens_at
        return turns

    def test_is_a_fair_permutation_and_first_come_first_served_after(self, door, gathered):
        later = door.come(60)
        door.limits = Limits(per_minute=120, most_inside=10_000)
        order = wait_until_all_are_in(door, [*gathered, *later])
        early = [turn.slip for turn in gathered]
        after = [turn.slip for turn in later]

        assert abs(tau(early, [slip for slip in order if slip in early])) < 0.25
        assert tau(after, [slip for slip in order if slip in after]) >= 0.9
        last_early = max(order.index(slip) for slip in early)
        assert min(order.index(slip) for slip in after) > last_early - 8

    def test_can_be_proved_by_everybody(self, door, gathered):
        order = wait_until_all_are_in(door, gathered)
        moment = door.moment

        drawn = sorted((turn.slip for turn in gathered), key=lambda one: line.lot(moment, one))
        assert tau(drawn, order) >= 0.9, "but for who looks a second later"

    def test_would_favour_who_came_first_without_the_seed(self, door, gathered):
        """The twin: in order of arrival the first hundredth of a second decides."""
        early = [turn.slip for turn in gathered]

        assert tau(early, early) == 1.0

    def test_counts_those_who_waited_before_it_too(self, door):
        door.limits = Limits(per_minute=0)
        before = door.step()
        door.moment = Moment(door.now + 100, door.now + 10, self.SEED)
        door.now += 20
        found = door.look(before)

        assert found.state == "gathering"
        assert int(found.order) == line.lot(door.moment, before.slip)

    def test_opens_by_the_moment_and_stays_open(self, door):
        door.moment = Moment(door.now + 60, door.now - 1, self.SEED)
        turn = door.step()
        door.now += 59.5
        assert door.look(turn).state == "gathering"
        door.now += 1
        assert door.look(turn).state == "called"
        door.now -= 30
        assert door.step().state == "waiting", "a clock that is set back closes nothing"
