"""Verbs and questions of alerts (警告): raised once a day and matter, answered by a person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy import access_log
from privacy.models import Alert
from shared import calendar
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

_IN_TURN: Final = 812_102


class AnswerRefused(Exception):
    """An alert cannot be answered so; `words` say why."""

    words = _("この警告には回答できません。")


class NoSuchAlert(LookupError):
    """This municipality has no such alert."""


class NotPermitted(AnswerRefused):
    """The account's role does not hold the permission."""

    words = _("警告に回答する権限がありません。")


class AboutOneself(AnswerRefused):
    """Nobody answers for themselves."""

    words = _("自分についての警告には、別の職員が回答してください。")


class AlreadyAnswered(AnswerRefused):
    """Somebody was first."""

    words = _("この警告にはすでに回答があります。")


class ReasonMissing(AnswerRefused):
    """What was found out must be written down."""

    words = _("確かめた結果を入力してください。")


@dataclass(frozen=True)
class Matter:
    """What an alert is about: counts and ids, no contents."""

    kind: str
    subject: str
    count: int
    usual: int | None = None
    staff_id: UUID | None = None
    resident_id: UUID | None = None
    note: str = ""


def raise_about(matter: Matter, *, day: date | None = None, at: datetime) -> Alert:
    """Raise it once a day; more of the same makes an open alert grow, and reopens an answered one."""
    day = day or calendar.day_of(at)
    with municipality_atomic():
        _wait_for_turn()
        same = Alert.objects.filter(kind=matter.kind, day=day, subject=matter.subject)
        last = same.order_by("-part").first()
        if last is None or (last.answered_at is not None and matter.count > last.count):
            return _new(matter, day=day, part=last.part + 1 if last else 1, at=at)
        if last.answered_at is None and matter.count > last.count:
            last.count, last.changed_at, last.note = matter.count, at, matter.note
            last.save(update_fields=["count", "changed_at", "note"])
        return last


def _new(matter: Matter, *, day: date, part: int, at: datetime) -> Alert:
    return Alert.objects.create(
        kind=matter.kind,
        day=day,
        subject=matter.subject,
        part=part,
        staff_id=matter.staff_id,
        resident_id=matter.resident_id,
        count=matter.count,
        usual=matter.usual,
        note=matter.note[:60],
        raised_at=at,
        changed_at=at,
    )


def answer(*, alert: Alert, words: str, by: Staff, at: datetime) -> Alert:
    """Close an alert with what was found out; who did it stays, in the access log too."""
    if not by.may(Permission.SEE_ACCESS_LOG):
        raise NotPermitted
    if not words.strip():
        raise ReasonMissing
    with municipality_atomic():
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        if row.answered_at is not None:
            raise AlreadyAnswered
        if row.staff_id == by.pk:
            raise AboutOneself
        row.answered_by, row.answered_at, row.answer = by, at, words.strip()[:200]
        row.save(update_fields=["answered_by", "answered_at", "answer"])
        access_log.record(
            what="alert_answered", why=row.kind, resident_id=row.resident_id, by=by, at=at
        )
    return row


def find(alert_id: UUID) -> Alert:
    """One alert, or NoSuchAlert."""
    found = Alert.objects.select_related("staff", "answered_by").filter(pk=alert_id).first()
    if found is None:
        raise NoSuchAlert(alert_id)
    return found


def open_ones() -> "QuerySet[Alert]":
    """What nobody has answered for, newest first."""
    return everything().filter(answered_at__isnull=True)


def everything() -> "QuerySet[Alert]":
    """Every alert, newest first."""
    return Alert.objects.select_related("staff", "answered_by").order_by("-raised_at", "pk")


def _wait_for_turn() -> None:
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s::int, %s::int)", [_IN_TURN, int(current().code)]
        )
