"""Question: what was asked for in the last minutes (申込みの状況)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdoor.demand import LOST
from frontdoor.models import DemandMinute

GAUGES = frozenset({"waiting", "wait_minutes", LOST})


@dataclass
class Minute:
    """One minute's figures."""

    minute: datetime
    figures: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, what: str, channel: str = "") -> int:
        """A figure of one channel, or of all."""
        return sum(
            count
            for (one, name), count in self.figures.items()
            if name == what and channel in {"", one}
        )

    @property
    def refused(self) -> int:
        """Everything that was refused."""
        return sum(n for (_one, name), n in self.figures.items() if name.startswith("refused."))

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it was lost with Valkey."""
        return not self.of(LOST)


def minutes(*, since: datetime, until: datetime) -> list[Minute]:
    """Every minute from `since` to `until`, those in which nothing happened too."""
    first, last = _begin(since), _begin(until)
    count = int((last - first).total_seconds()) // 60 + 1
    found = {at: Minute(at) for at in (first + timedelta(minutes=n) for n in range(count))}
    for row in DemandMinute.objects.filter(minute__gte=first, minute__lte=last):
        if row.minute in found:
            found[row.minute].figures[row.channel, row.what] = row.count
    return list(found.values())


def refusals(found: Iterable[Minute]) -> dict[tuple[str, str], int]:
    """How often each reason was given in each channel, the most frequent first."""
    sums: dict[tuple[str, str], int] = {}
    for minute in found:
        for (channel, what), count in minute.figures.items():
            if what.startswith("refused."):
                key = (channel, what.removeprefix("refused."))
                sums[key] = sums.get(key, 0) + count
    return dict(sorted(sums.items(), key=lambda one: -one[1]))


def kinds(found: Iterable[Minute]) -> list[tuple[str, str]]:
    """Every figure there is among these minutes."""
    return sorted({key for minute in found for key in minute.figures})


def _begin(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
