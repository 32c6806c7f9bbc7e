"""How long a place is kept for an answer (返事の期限): by lead time, and never in vain."""

from datetime import datetime, timedelta
from typing import Final

from shared.calendar import day_of

FAR: Final = timedelta(days=3)
LONG, SHORT = timedelta(hours=24), timedelta(hours=2)
ON_THE_DAY = timedelta(minutes=10)
BY_CALL: Final = timedelta(minutes=30)  # somebody must come to the telephone first
CUT_OFF: Final = timedelta(minutes=30)  # before the slot: the way there must be possible


def window(*, starts_at: datetime, told_at: datetime, by_call: bool) -> timedelta:
    """How long somebody told at this moment may think it over."""
    if day_of(starts_at) == day_of(told_at):
        return BY_CALL if by_call else ON_THE_DAY
    return LONG if starts_at - told_at >= FAR else SHORT


def until(
    *,
    starts_at: datetime,
    bookable_until: datetime,
    notice: timedelta,
    told_at: datetime,
    by_call: bool,
) -> datetime | None:
    """Until when an answer counts; None where the offer could not be used in time.

    The window is whole or there is no offer: nobody is given less than the rule says.
    """
    ends = told_at + window(starts_at=starts_at, told_at=told_at, by_call=by_call)
    if told_at + notice > starts_at or ends > min(starts_at - CUT_OFF, bookable_until):
        return None
    return ends
