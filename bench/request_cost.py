"""What one request costs with many municipalities against a few: both houses asked in turn."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.crowd import Visitor
from bench.figures import Figures
from bench.sides import Cost, Side
from bench.stage import Stage
from tenancy.entrances.shares import RECENT_SECONDS

BAR = 1.1
WARM = 400  # every connection of the pools has prepared its statements


@dataclass
class Presses:
    """So many turns of so many presses each, in either house, and twice over."""

    turns: int
    each: int
    _given: Iterator[Visitor] = field(default_factory=lambda: iter(()))

    @property
    def needed(self) -> int:
        """How many visitors must be waiting at the confirm page."""
        return 2 * (self._warm + self.turns * self.each)

    @property
    def _warm(self) -> int:
        return min(WARM, 4 * self.each)

    def measure(
        self, few: Side, many: Side, waiting: list[Visitor], figures: Figures, name: str
    ) -> None:
        """Few, many, many, few, … : who is first has no advantage, and the moods are shared."""
        del waiting[: self._press(few, many, waiting[: self._warm])]
        costs = {few: Cost(), many: Cost()}
        ratios = []
        for turn in range(self.turns):
            visitors = [waiting.pop() for _ in range(self.each)]
            found = {}
            for side in (few, many) if turn % 2 else (many, few):
                found[side] = side.press(visitors)
                costs[side] += found[side]
            ratios.append(found[many].both / found[few].both)
        presses, ratios = self.turns * self.each, sorted(ratios)
        words = f"(bar {BAR}): a press with many / with a few; turns {ratios[0]:.2f} to {ratios[-1]:.2f}"
        figures.say(f"{name}_ratio", costs[many].both / costs[few].both, words)
        for part in ("web", "database"):
            of_few, of_many = getattr(costs[few], part), getattr(costs[many], part)
            words = f"ms of a core each with many; {1000 * of_few / presses:.2f} with a few"
            figures.say(f"{name}_{part}_ms", 1000 * of_many / presses, words)

    def _press(self, few: Side, many: Side, visitors: list[Visitor]) -> int:
        few.press(visitors)
        many.press(visitors)
        return len(visitors)


def everybody_in_turn(
    stage: Stage, few: Side, many: Side, hosts: list[str], figures: Figures
) -> None:
    """The first page: of one municipality in both houses, and of everybody in turn."""
    turns, each = stage.many(6, 2), stage.many(400, 20)
    cycle = itertools.cycle(hosts)
    for side, known in ((few, hosts[:1] * each), (many, hosts[:1] * each), (many, hosts * 2)):
        side.look(known)
    alone, same, spread = Cost(), Cost(), Cost()
    for _turn in range(turns):
        alone += few.look(hosts[:1] * each)
        same += many.look(hosts[:1] * each)
        spread += many.look(list(itertools.islice(cycle, each)))
    figures.say("page_cost_ms", 1000 * alone.both / (turns * each), "ms of a core each, first page")
    figures.say("page_cost_ratio", same.both / alone.both, "first page, with many / with a few")
    words = f"everybody's first page in turn; web {spread.web / alone.web:.2f}"
    figures.say("spread_cost_ratio", spread.both / alone.both, words)
    time.sleep(RECENT_SECONDS + 0.5)
