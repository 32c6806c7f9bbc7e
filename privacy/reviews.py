"""Verbs and questions of the review of looks: draw, review, tell what is late (抜き取り確認).

The lot is cast by the system's own source of chance over a day that is over: whoever looks cannot
know, nor find out by looking again, whether a look will have to be explained.
"""

import math
import secrets
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from privacy import access_log, alerts, lookouts, odd_use
from privacy.alerts import Matter
from privacy.models import Alert, LookDraw, LookReview
from shared import calendar
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

BACK: Final = 7  # days that are caught up when nobody drew
FROM_HOUR: Final = 3  # of the next day: lines that were committed late are in by then
_CHANCE: Final = secrets.SystemRandom()


class ReviewRefused(Exception):
    """A look cannot be reviewed so; `words` say why."""

    words = _("この確認はできません。")


class NoSuchReview(LookupError):
    """This municipality has no such review."""


class NotPermitted(ReviewRefused):
    """The account's role does not hold the permission."""

    words = _("抜き取り確認をする権限がありません。")


class OwnLook(ReviewRefused):
    """Nobody explains their own look."""

    words = _("自分の閲覧は、別の職員が確かめてください。")


class AlreadyReviewed(ReviewRefused):
    """Somebody was first."""

    words = _("この閲覧はすでに確かめられています。")


class WordsMissing(ReviewRefused):
    """How it was found out must be written down."""

    words = _("確かめたことを一文で入力してください。")


def draw_due(*, at: datetime) -> list[LookDraw]:
    """Cast the lot over every day that is over and was not drawn yet; a day is drawn once."""
    now = localtime(at)
    last = now.date() - timedelta(days=1 if now.hour >= FROM_HOUR else 2)
    first = last - timedelta(days=BACK - 1)
    known = set(LookDraw.objects.filter(day__gte=first).values_list("day", flat=True))
    days = [first + timedelta(days=number) for number in range(BACK)]
    return [made for day in days if day not in known and (made := _draw(day, at=at))]


def _draw(day: date, *, at: datetime) -> LookDraw | None:
    rules = lookouts.lookout()
    looks = odd_use.looks_of(day, day)
    ids = list(looks.values_list("pk", flat=True))
    wanted = math.ceil(len(ids) * rules.review_permille / 1000)
    try:
        with municipality_atomic():
            draw = LookDraw(day=day, looks=len(ids), drawn=wanted, drawn_at=at)
            draw.save(force_insert=True)
            due_on = calendar.day_of(at) + timedelta(days=rules.review_days)
            drawn = looks.filter(pk__in=_CHANCE.sample(ids, wanted))
            LookReview.objects.bulk_create(
                LookReview(
                    draw=draw, entry_id=one.pk, happened_at=one.happened_at, staff_id=one.staff_id,
                    resident_id=one.resident_id, call_id=one.call_id, what=one.what, why=one.why,
                    due_on=due_on,
                )
                for one in drawn
                if one.staff_id is not None
            )  # fmt: skip
    except IntegrityError as clash:
        if violates(clash, "privacy_lookdraw_pkey"):  # another worker was first
            return None
        raise
    return draw


def review(*, found: LookReview, verdict: str, words: str, by: Staff, at: datetime) -> LookReview:
    """Say whether a look is explained, and how one knows; what is not raises an alert."""
    if not by.may(Permission.REVIEW_LOOKS):
        raise NotPermitted
    if not words.strip() or verdict not in LookReview.Verdict.values:
        raise WordsMissing
    with municipality_atomic():
        row = LookReview.objects.select_for_update().get(pk=found.pk)
        if row.verdict:
            raise AlreadyReviewed
        if row.staff_id == by.pk:
            raise OwnLook
        row.verdict, row.words = verdict, words.strip()[:200]
        row.reviewed_by, row.reviewed_at = by, at
        row.save(update_fields=["verdict", "words", "reviewed_by", "reviewed_at"])
        access_log.record(
            what="look_reviewed", why=verdict, resident_id=row.resident_id, by=by, at=at
        )
        if verdict == LookReview.Verdict.NOT_EXPLAINED:
            matter = Matter(
                Alert.Kind.UNEXPLAINED, row.pk.hex, 1, staff_id=row.staff_id,
                resident_id=row.resident_id,
            )  # fmt: skip
            alerts.raise_about(matter, at=at)
    return row


def tell_late(*, at: datetime) -> Alert | None:
    """Raise an alert where looks wait for their review beyond their day."""
    late = open_ones().filter(due_on__lt=calendar.day_of(at)).count()
    if not late:
        return None
    return alerts.raise_about(Matter(Alert.Kind.REVIEW_LATE, "reviews", late), at=at)


def open_ones() -> "QuerySet[LookReview]":
    """What nobody has explained yet, the most urgent first."""
    return LookReview.objects.filter(verdict="").select_related("staff")


def done_ones() -> "QuerySet[LookReview]":
    """What was reviewed, newest first."""
    rows = LookReview.objects.exclude(verdict="").select_related("staff", "reviewed_by")
    return rows.order_by("-reviewed_at")


def find(review_id: UUID) -> LookReview:
    """One look that was drawn, or NoSuchReview."""
    rows = LookReview.objects.select_related("staff", "reviewed_by", "draw")
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NoSuchReview(review_id)
    return found
