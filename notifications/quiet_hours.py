"""When a message may go out (送信しない時間帯): rules in Japanese time, default 20:00 to 09:00."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.calendar import TOKYO


@dataclass(frozen=True)
class QuietHours:
    """From and until; the same time twice means never quiet."""

    begins: time = time(20, 0)
    ends: time = time(9, 0)

    def cover(self, moment: datetime) -> bool:
        """Whether people are left in peace at this moment; the end itself is permitted."""
        clock = moment.astimezone(TOKYO).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


USUAL = QuietHours()


def next_permitted(*, quiet: QuietHours, at: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that cover it."""
    if not quiet.cover(at):
        return at
    here = at.astimezone(TOKYO)
    day = here.date() if here.time() < quiet.ends else here.date() + timedelta(days=1)
    return datetime.combine(day, quiet.ends, tzinfo=TOKYO).astimezone(at.tzinfo)


def sendable_at(
    *, useless_from: datetime, asked_for_now: bool, quiet: QuietHours = USUAL, at: datetime
) -> datetime | None:
    """When to send, or None: too late to be of use, so it is dropped and flagged.

    What a person asks for right now (a confirmation) passes through the quiet hours.
    """
    when = at if asked_for_now else next_permitted(quiet=quiet, at=at)
    return when if when < useless_from else None
