"""Verbs on release rules (枠を移す規則): make, stop, follow; and which comes next.

What is due is asked of PostgreSQL each minute; followed twice, it moves nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from shared.calendar import TOKYO
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import freezes, slots
from venues.models import Opening, ReleaseRule, ReleaseRun
from venues.models.bucket import Channel
from venues.refusals import Refused, RuleMakesNoSense, checked_reason

MOST_DAYS = 60


@dataclass(frozen=True)
class Next:
    """One release that is to come for an opening."""

    rule: ReleaseRule
    moment: datetime


def make(*, rule: ReleaseRule, reason: str, by: Staff, at: datetime) -> ReleaseRule:
    """Let free places go to another channel by a rule from now on, or refuse."""
    rule.reason, rule.made_by, rule.made_at = checked_reason(reason), by, at
    if rule.kind == ReleaseRule.Kind.AT:
        rule.target_below = rule.source_above = rule.places = None
        fits = rule.at_time is not None and 0 <= (rule.days_before or 0) <= MOST_DAYS
        fits = fits and rule.days_before is not None
    else:
        rule.days_before = rule.at_time = None
        numbers = (rule.target_below, rule.source_above, rule.places)
        fits = all(one is not None and 0 <= one <= slots.MOST_PLACES for one in numbers)
        fits = fits and bool(rule.places)
    if not fits or rule.source == rule.target or {rule.source, rule.target} - set(Channel.values):
        raise RuleMakesNoSense
    rule.save(force_insert=True)
    return rule


def stop(*, rule: ReleaseRule, reason: str, by: Staff, at: datetime) -> bool:
    """Follow the rule no longer; what it has moved stays. False where it was stopped before."""
    kept = checked_reason(reason)
    rows = ReleaseRule.objects.filter(pk=rule.pk, stopped_at__isnull=True)
    return rows.update(stopped_at=at, stopped_by=by, stop_reason=kept) == 1


def in_force(opening: Opening | None = None) -> QuerySet[ReleaseRule]:
    """The rules followed now: all, or those that concern one opening."""
    rows = ReleaseRule.objects.select_related("made_by", "opening__venue")
    rows = rows.filter(stopped_at__isnull=True).order_by("pk")
    return rows.filter(Q(opening=opening) | Q(opening=None)) if opening else rows


def find(pk: int) -> ReleaseRule | None:
    """One rule."""
    return ReleaseRule.objects.select_related("opening").filter(pk=pk).first()


def next_of(opening: Opening, *, at: datetime) -> list[Next]:
    """The releases by time that are to come for an opening, soonest first."""
    done = set(ReleaseRun.objects.filter(opening=opening).values_list("rule_id", flat=True))
    found = [
        Next(rule, moment)
        for rule in in_force(opening)
        if rule.pk not in done and (moment := due(rule, opening)) is not None
    ]
    return sorted((one for one in found if _ends(opening) > at), key=lambda one: one.moment)


def due(rule: ReleaseRule, opening: Opening) -> datetime | None:
    """When a rule by time is due for an opening; None for the other kind."""
    if rule.days_before is None or rule.at_time is None:
        return None
    day = opening.day - timedelta(rule.days_before)
    return datetime.combine(day, rule.at_time, tzinfo=TOKYO)


def follow_due(*, at: datetime) -> int:
    """Follow every rule that is due; how many places went elsewhere.

    Nothing while increases are frozen: it is followed as soon as a person has cleared that.
    """
    if freezes.standing() is not None:
        return 0
    moved = 0
    for rule in in_force():
        for opening in _concerned(rule, at):
            moved += _follow(rule, opening, at=at)
    return moved


def _follow(rule: ReleaseRule, opening: Opening, *, at: datetime) -> int:
    moment = due(rule, opening)
    if moment is not None and moment > at:
        return 0
    try:
        with municipality_atomic():
            moved = slots.release_by_rule(opening=opening, rule=rule, at=at)
            if moment is not None:
                ReleaseRun.objects.create(rule=rule, opening=opening, places=moved, ran_at=at)
    except IntegrityError as clash:
        if not violates(clash, "release_once"):
            raise
        return 0  # another worker was first: what was moved here is undone
    except Refused:
        return 0
    return moved


def _concerned(rule: ReleaseRule, at: datetime) -> Iterator[Opening]:
    rows = Opening.objects.filter(is_open=True, venue__is_open=True, day__gte=localdate(at))
    if rule.opening_id is not None:
        rows = rows.filter(pk=rule.opening_id)
    if rule.kind == ReleaseRule.Kind.AT:
        last = localdate(at) + timedelta(rule.days_before or 0)
        rows = rows.filter(day__lte=last).exclude(release_runs__rule=rule)
    else:
        rows = rows.filter(bookable_from__lte=at)
    for opening in rows.select_related("venue").order_by("day", "pk"):
        if _ends(opening) > at:
            yield opening


def _ends(opening: Opening) -> datetime:
    return datetime.combine(opening.day, opening.ends_at, tzinfo=TOKYO)
