"""Rule: whether, when and how somebody is reminded of a visit (前日のお知らせ). See ADR 0016."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from notifications.quiet_hours import QuietHours, next_permitted
from shared.calendar import TOKYO, day_of


class Way(StrEnum):
    """What becomes of one reminder at this moment."""

    WAIT = "wait"  # not yet; asked again in a few minutes
    EVE = "eve"  # now, and the words say 明日
    MORNING = "morning"  # on the day itself, when the quiet hours are over; the words say 本日
    CALL = "call"  # no message can be of use: onto the list of people to telephone
    NOT_OWED = "not_owed"  # nothing is sent, and that is written down


@dataclass(frozen=True)
class ReminderRule:
    """What the ward has set."""

    starts: time
    told_within: timedelta  # who was told so lately needs no second word yet
    before_visit: timedelta  # a message in the morning is of use so long before the visit
    calls_the_late: bool
    quiet: QuietHours


@dataclass(frozen=True)
class Decision:
    """A way, and for MORNING the moment."""

    way: Way
    when: datetime


def decide(*, rule: ReminderRule, told_at: datetime, visit_at: datetime, at: datetime) -> Decision:
    """What to do about one visit.

    Who booked or moved on the eve has heard day and time that day, and the confirmation said 明日:
    where the evening has become quiet, that was the reminder.
    """
    eve, today = day_of(visit_at) - timedelta(days=1), day_of(at)
    when = next_permitted(quiet=rule.quiet, at=at)
    if today < eve or visit_at <= at:
        return Decision(Way.WAIT, at)
    if day_of(when) == eve:
        begun = at.astimezone(TOKYO).time() >= rule.starts
        is_time = begun and when == at and at - told_at >= rule.told_within
        return Decision(Way.EVE if is_time else Way.WAIT, at)
    if day_of(told_at) >= eve:
        return Decision(Way.NOT_OWED, at)
    if day_of(when) == day_of(visit_at) and visit_at - when >= rule.before_visit:
        return Decision(Way.MORNING, when)
    return Decision(Way.CALL if rule.calls_the_late else Way.NOT_OWED, at)
