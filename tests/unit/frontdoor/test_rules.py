"""Limits from measurements, minutes that are honest, slips that are ours."""

from collections import deque
from dataclasses import replace

import pytest

from frontdoor import slips
from frontdoor.alone import Alone
from frontdoor.limits import LEAST, SPAN, START, Measured, tuned
from frontdoor.line import Turn
from frontdoor.slips import NOBODY, NotOurs, Slip
from frontdoor.waits import seconds_to_next_look, wait_of


def turn(**changes):
    return Turn(
        **{
            "state": "waiting", "slip": "x", "order": "1", "seen": "1", "ahead": 0, "waiting": 1,
            "pace": 60.0, "per_minute": 60.0, "why": "", **changes,
        }
    )  # fmt: skip


PAGE, PAGES, VISIT = 0.008, 12, 4  # processor seconds; pages of a visit; spans it takes


def busy_of(per_minute, processors=2):
    """The share of the processors that so many visits take."""
    return per_minute / 60 * PAGES * PAGE / processors


def morning(rule, *, others=0.0, spans=180):
    """The limits of a quarter of an hour in which everybody wants to come in."""
    found, come = START, deque([0.0] * VISIT, maxlen=VISIT)
    seen = []
    for _ in range(spans):
        come.append(found.per_minute / 60 * SPAN)
        pages = sum(come) * PAGES / VISIT
        full = min(0.98, pages * PAGE / SPAN / 2 + others)
        measured = Measured(max(pages, 1), pages * PAGE / (1 - full), pages * PAGE, come[-1])
        found = rule(measured, found, processors=2)
        seen.append(found.per_minute)
    return seen


class TestLimits:
    CALM = Measured(requests=600, seconds=6, effort=3, entries=60)  # 5 ms a page, ten pages each

    def settled(self, measured, *, processors=2):
        found = START
        for _ in range(60):
            found = tuned(measured, found, processors=processors)
        return found

    def test_follow_what_a_page_costs_and_how_many_a_visit_has(self):
        cheap = self.settled(self.CALM)
        costly = self.settled(Measured(600, 6, 12, 60))

        assert cheap.per_minute == pytest.approx(4 * costly.per_minute, rel=0.01)
        assert cheap.pages == pytest.approx(10, rel=0.01)

    def test_rise_with_the_processors(self):
        assert self.settled(self.CALM, processors=8).per_minute == pytest.approx(
            4 * self.settled(self.CALM).per_minute
        )

    def test_fall_where_answers_become_slow_and_rise_again(self):
        slow = self.settled(Measured(600, 600, 3, 60))
        assert slow.factor == LEAST

        found = slow
        for _ in range(60):
            found = tuned(self.CALM, found, processors=2)
        assert found.per_minute > 5 * slow.per_minute

    def test_stay_where_too_little_was_measured(self):
        assert tuned(Measured(3, 90, 90, 0), START, processors=2) == START

    def test_do_not_hunt(self):
        """A visit is read over twenty seconds, and a full machine is slow out of all proportion."""
        seen = morning(tuned)[60:]

        assert max(seen) < 1.3 * min(seen)
        assert 0.3 < busy_of(sum(seen) / len(seen)) < 0.75

    def test_in_leaps_would_hunt(self):
        """If this ever fails, the test above proves nothing."""

        def leaping(measured, before, *, processors):
            took = measured.seconds / measured.requests
            factor = before.factor * (0.6 if took > 0.05 else 0.85 if took > 0.02 else 1.3)
            return replace(before, per_minute=max(10, 400 * factor), factor=factor)

        seen = morning(leaping)[60:]

        assert max(seen) > 1.3 * min(seen)

    def test_let_many_in_where_answers_come_at_once_and_few_where_others_fill_the_machine(self):
        alone, beside = morning(tuned), morning(tuned, others=0.5)

        assert busy_of(beside[-1]) < 0.7 * busy_of(alone[-1])

    def test_never_end_at_nobody(self):
        assert self.settled(Measured(600, 6000, 6000, 20)).per_minute >= 10


class TestAlone:
    def test_a_process_lets_in_its_fixed_number_and_no_more_than_the_ward_allows(self, settings):
        settings.WAKU_DOOR_ALONE_PER_MINUTE = 120
        for allowed, expected in ((None, 120), (30, 30), (0, 0), (9000, 120)):
            now = [0.0]
            alone = Alone(clock=lambda now=now: now[0])
            let_in = 0
            for _ in range(600):
                now[0] += 0.1
                let_in += sum(alone.lets_in("x", per_minute=allowed) for _ in range(5))
            assert expected * 0.9 <= let_in <= expected


class TestMinutes:
    @pytest.mark.parametrize(
        ("ahead", "pace", "kind"),
        [(0, 60, "soon"), (59, 60, "soon"), (60, 60, "minutes"), (7300, 60, "long"),
         (3, 0.0, "long"), (3, -1.0, "unknown")],
    )  # fmt: skip
    def test_are_told_as_far_as_they_are_known(self, ahead, pace, kind):
        assert wait_of(turn(ahead=ahead, pace=pace)).kind == kind

    def test_have_an_upper_bound(self):
        found = wait_of(turn(ahead=599, pace=60))

        assert (found.minutes, found.longest) == (10, 16)

    def test_are_not_told_while_nobody_is_let_in(self):
        assert wait_of(turn(ahead=5, per_minute=0.0)).kind == "paused"

    def test_never_promise_less_than_it_takes_at_the_measured_pace(self):
        for ahead in range(0, 7000, 37):
            found = wait_of(turn(ahead=ahead, pace=77.7))
            if found.kind == "minutes":
                assert found.minutes >= (ahead + 1) / 77.7


class TestNextLook:
    def test_is_within_a_minute_and_not_for_all_at_once(self):
        found = {seconds_to_next_look(turn(ahead=20_000, waiting=20_000)) for _ in range(300)}

        assert max(found) < 60, "else whoever waits would count as gone"
        assert len(found) > 5

    def test_is_soon_near_the_front(self):
        assert seconds_to_next_look(turn(ahead=3, waiting=20_000)) <= 7

    def test_at_an_opening_moment_spreads_over_some_seconds(self):
        gathered = turn(state="gathering", waiting=20_000)
        found = [seconds_to_next_look(gathered, opens_in=8) for _ in range(300)]

        assert 8 <= min(found) <= max(found) <= 19
        assert len(set(found)) > 5


class TestSlips:
    SLIP = Slip("abc-_1", "w", "1800000000000000", "1800000000.123456")

    def cookies(self, code="999997"):
        return slips.written(self.SLIP, code=code).partition(";")[0]

    def test_come_back_as_they_were_given(self):
        assert slips.shown(f"a=b; {self.cookies()}; c=d", code="999997") == self.SLIP

    def test_carry_every_guard(self):
        said = slips.written(self.SLIP, code="999997")

        assert said.startswith("__Host-slip=")
        for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
            assert word in said
        assert "Domain" not in said
        assert "Max-Age" not in said, "a session cookie"

    def test_of_another_municipality_are_worth_nothing(self):
        with pytest.raises(NotOurs):
            slips.shown(self.cookies(), code="999989")

    @pytest.mark.parametrize(
        "value",
        ["x", "a.e.1.1", "abc.e.1.9:forged", "abc.e.1.9:1:forged", "." * 500, "é", "a" * 9000],
    )
    def test_that_are_forged_are_refused(self, value):
        with pytest.raises(NotOurs):
            slips.shown(f"{slips.COOKIE}={value}", code="999997")

    def test_nobody_promotes_a_slip_from_waiting_to_inside(self):
        forged = self.cookies().replace("abc-_1.w.", "abc-_1.e.")
        with pytest.raises(NotOurs):
            slips.shown(forged, code="999997")

    def test_without_one_somebody_is_new(self):
        assert slips.shown("", code="999997") == NOBODY
        assert slips.shown("__Host-sid=x", code="999997") == NOBODY

    def test_say_nothing_about_a_person(self):
        assert len({slips.fresh() for _ in range(1000)}) == 1000
