"""What a run found: broken promises, and whether enough happened for it to count at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.figures import Figures

if TYPE_CHECKING:
    from drills.ground import Ground


@dataclass
class Findings:
    """One run of one scenario."""

    scenario: str
    figures: Figures | None  # None while a defect is at work: its counts are not the house's
    broken: list[str] = field(default_factory=list)
    too_few: list[str] = field(default_factory=list)

    def say(self, name: str, value: float, unit: str) -> None:
        """A figure of the scenario."""
        if self.figures is not None:
            self.figures.say(f"{self.scenario}_{name}", value, unit)

    def must_be_none(self, name: str, value: int, unit: str) -> None:
        """A count that a promise holds at nought."""
        self.say(name, value, unit)
        if value:
            self.broken.append(f"{name}: {value} {unit}")

    def must_reach(self, name: str, value: float, least: float, unit: str) -> None:
        """A count below which the run proves nothing and has failed."""
        self.say(name, value, unit)
        if value < least:
            self.too_few.append(f"{name}: {value} of {least} {unit}")

    def must_hold(self, broken: list[str]) -> None:
        """The house's own invariants."""
        self.say("invariants_broken", len(broken), "kinds")
        self.broken += broken


@dataclass(frozen=True)
class Defect:
    """One guard taken away: another entrance of a process, or something done to the database."""

    name: str
    entrance: str = ""


@dataclass(frozen=True)
class Scenario:
    """One kind of loss, how to run it, and the defects its check must catch."""

    name: str
    run: "Callable[[Ground, Findings, Defect | None], None]"
    defects: tuple[Defect, ...] = ()
