"""Verb and questions: what was asked for, given and refused, minute by minute (申込みの状況).

Counted in Valkey where it happens, carried into PostgreSQL by a task. A lost Valkey loses figures
and nothing else; the minutes it lost are marked.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from threading import Lock, Timer
from typing import Any, cast

from frontdoor import line
from frontdoor.models import DemandMinute
from tenancy.current import current

log = logging.getLogger(__name__)
TOLD_EVERY = 1.0  # seconds
LOST = "lost"  # what stands in a minute whose figures are not whole
KEPT = timedelta(hours=24)  # in Valkey, should the task not run


_noted: Counter[tuple[str, str, str]] = Counter()  # municipality, minute, channel:what
_lock = Lock()


def count(*, code: str, channel: str, found: Mapping[str, int], at: datetime) -> None:
    """Add to this minute's figures; nobody waits for Valkey: a process tells it once a second."""
    minute = _minute(at)
    with _lock:
        is_first = not _noted
        for what, number in found.items():
            if number:
                _noted[code, minute, f"{channel}:{what}"] += number
    if is_first:
        later = Timer(TOLD_EVERY, tell)
        later.daemon = True
        later.start()


def tell() -> None:
    """Tell Valkey what this process has counted; a lost one loses it."""
    with _lock:
        noted = dict(_noted)
        _noted.clear()

    def add() -> None:
        with line.valkey().pipeline(transaction=False) as all_at_once:
            for (code, minute, name), number in noted.items():
                key = _key(code, _moment(minute))
                all_at_once.hincrby(key, name, number)
                all_at_once.expire(key, int(KEPT.total_seconds()))
                all_at_once.sadd(_minutes(code), minute)
            all_at_once.execute()

    with suppress(line.Lost):  # the task marks the minute
        if noted:
            line.said(add)


def counting[**P, T](
    refused: type[Exception], *, channel: Callable[..., str]
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Count each call of a verb: asked, and given or refused by the refusal's own code."""

    def declare(verb: Callable[P, T]) -> Callable[P, T]:
        @wraps(verb)
        def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            what = "given"
            try:
                return verb(*args, **kwargs)
            except refused as refusal:
                what = f"refused.{getattr(refusal, 'code', '')}"
                raise
            except BaseException:
                what = ""
                raise
            finally:
                at = cast("datetime", kwargs["at"])
                figures = {"asked": 1, what: 1} if what else {"asked": 1}
                count(code=current().code, channel=channel(**kwargs), found=figures, at=at)

        return counted

    return declare


def carry_over(*, at: datetime) -> int:
    """Bring what Valkey has counted into PostgreSQL; how many minutes. Twice does no harm."""
    code = current().code
    tell()
    try:
        _note_the_line(code, at=at)
        minutes: Any = line.said(lambda: line.valkey().smembers(_minutes(code)))
        found = {one.decode(): _figures(code, one.decode()) for one in minutes}
    except line.Lost:
        _keep(at, {f"web:{LOST}": 1})
        return 0
    for minute, figures in found.items():
        _keep(_moment(minute), figures)
    over = [minute for minute in found if _moment(minute) < at - timedelta(minutes=3)]
    try:
        for minute in over:
            line.said(lambda one=minute: line.valkey().delete(_key(code, _moment(one))))
            line.said(lambda one=minute: line.valkey().srem(_minutes(code), one))
    except line.Lost:
        log.warning("demand is carried over again", extra={"municipality": code})
    return len(found)


def _note_the_line(code: str, *, at: datetime) -> None:
    """How many wait, and how many minutes the last of them will."""
    keys = line.keys_of(code)

    def ask() -> Any:
        with line.valkey().pipeline(transaction=False) as all_at_once:
            all_at_once.zcard(keys[0])
            all_at_once.hget(keys[5], "pace")
            return all_at_once.execute()

    waiting, pace = line.said(ask)
    if waiting:
        a_minute = float(pace or 0)
        minutes = min(999, round(waiting / a_minute)) if a_minute > 0.1 else 999
        _keep(at, {"web:waiting": waiting, "web:wait_minutes": minutes})


def _figures(code: str, minute: str) -> dict[str, int]:
    found: Any = line.said(lambda: line.valkey().hgetall(_key(code, _moment(minute))))
    return {name.decode(): int(value) for name, value in found.items()}


def _keep(minute: datetime, figures: Mapping[str, int]) -> None:
    """The larger of two figures of the same minute: what is carried over twice is counted once."""
    begin = minute.replace(second=0, microsecond=0)
    known = {f"{row.channel}:{row.what}": row for row in DemandMinute.objects.filter(minute=begin)}
    fresh = []
    for name, number in figures.items():
        channel, _, what = name.partition(":")
        row = known.get(name)
        if row is None:
            fresh.append(
                DemandMinute(minute=begin, channel=channel[:10], what=what[:30], count=number)
            )
        elif row.count < number:
            DemandMinute.objects.filter(pk=row.pk, count__lt=number).update(count=number)
    DemandMinute.objects.bulk_create(fresh, ignore_conflicts=True)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M}"


def _moment(minute: str) -> datetime:
    return datetime.strptime(minute, "%Y%m%d%H%M").replace(tzinfo=UTC)


def _key(code: str, at: datetime) -> str:
    return f"waku:demand:{{{code}}}:{_minute(at)}"


def _minutes(code: str) -> str:
    return f"waku:demand:{{{code}}}:minutes"
