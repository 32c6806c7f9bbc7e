"""Questions: how long a session may be idle and last in all, as the municipality has set it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tenancy import standings


@dataclass(frozen=True)
class Length:
    """A session ends after so long without an act, and so long after its first in any case."""

    idle: timedelta
    longest: timedelta

    def ends_at(self, *, opened: float, seen: float) -> float:
        """The moment of the end, as a timestamp, if nothing more is done."""
        return min(opened + self.longest.total_seconds(), seen + self.idle.total_seconds())

    def may_go_on(self, *, opened: float, at: datetime) -> bool:
        """Whether another act would move the end: it does not where the longest time is near."""
        return at.timestamp() + self.idle.total_seconds() <= opened + self.longest.total_seconds()


def of_staff() -> Length:
    """For those who work here."""
    set_here = standings.shown()
    return Length(
        idle=timedelta(minutes=set_here.staff_idle_minutes),
        longest=timedelta(hours=set_here.staff_longest_hours),
    )


def of_residents() -> Length:
    """For those who book."""
    set_here = standings.shown()
    return Length(
        idle=timedelta(minutes=set_here.resident_idle_minutes),
        longest=timedelta(minutes=set_here.resident_longest_minutes),
    )
