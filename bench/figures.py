"""What was measured, said at once in one line each."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Figures:
    """The lines said so far, and the promises found broken."""

    said: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    counted: dict[str, tuple[int, str]] = field(default_factory=dict)

    def say(self, name: str, value: float, unit: str) -> None:
        """Print one figure."""
        self.said[name] = value
        shown = f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
        sys.stdout.write(f"figure {name} {shown} {unit}\n")
        sys.stdout.flush()

    def repeat(self, line: str) -> None:
        """Say what another run has said; what it counted over its groups is added to our counts."""
        _figure, name, value, unit = line.rstrip("\n").split(" ", 3)
        if name in self.counted:
            self.count(name, int(value), unit)
        else:
            self.said[name] = float(value)
            sys.stdout.write(line)
            sys.stdout.flush()

    def must_be_none(self, name: str, value: int, unit: str) -> None:
        """Print a count that a promise holds at nought."""
        self.say(name, value, unit)
        if value:
            self.broken.append(f"{name} is {value} {unit}, not 0")

    def count(self, name: str, value: int, unit: str) -> None:
        """Add to a count that a promise holds at nought; it is printed at the end of the run."""
        before, _ = self.counted.get(name, (0, unit))
        self.counted[name] = before + value, unit

    def end(self) -> None:
        """Print what was counted after every group."""
        for name, (value, unit) in self.counted.items():
            self.must_be_none(name, value, unit)

    def latencies(self, prefix: str, seconds: Sequence[float]) -> None:
        """Print the middle and the tail of some waits."""
        ordered = sorted(seconds)
        for share in (50, 95, 99):
            self.say(f"{prefix}_p{share}_ms", 1000 * percentile(ordered, share), "ms")


def percentile(ordered: Sequence[float], share: int) -> float:
    """The wait that `share` of a hundred did not exceed."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
