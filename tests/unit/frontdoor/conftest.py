"""A line of its own for each test, and a clock that the test turns."""

import itertools

import pytest

_codes = itertools.count(1)


class Line:
    """The line of one municipality, at moments of the test's choosing."""

    def __init__(self, code):
        from frontdoor.limits import Limits

        self.code, self.now = code, 1_800_000_000.0
        self.limits, self.moment = Limits(per_minute=60, most_inside=1000), None

    def step(self, act="enter", slip=None, *, network="", fresh=None):
        from frontdoor import line, slips

        return line.step(
            line.Asked(act, slip or slips.NOBODY, network), code=self.code,
            fresh=fresh or slips.fresh(), limits=self.limits, moment=self.moment,
            now=f"{self.now:.6f}",
        )  # fmt: skip

    def come(self, count=1, **more):
        """So many new people; their turns."""
        return [self.step(**more) for _ in range(count)]

    def slip(self, turn):
        """What somebody shows the next time."""
        from frontdoor.slips import ENTERED, WAITING, Slip

        kind = ENTERED if turn.is_inside else WAITING
        return Slip(turn.slip, kind, turn.order, turn.seen)

    def look(self, turn, act="look"):
        return self.step(act, self.slip(turn))

    def forget(self):
        """Valkey comes back empty."""
        from frontdoor import line

        line.valkey().delete(*line.keys_of(self.code))


@pytest.fixture
def door(stage):
    """A line nobody stands in."""
    from frontdoor import line

    line.forget_lost()
    made = Line(f"t{next(_codes):05}")
    yield made
    made.forget()
