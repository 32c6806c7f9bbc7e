"""Verbs on the ledger of media (媒体台帳): entered when given, ended when returned or erased (S-72, S-78)."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from exchange.models import Medium, Parcel
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

#: A medium that is out for longer is marked in the list.
LATE_DAYS: Final = 30


class Refused(Exception):
    """A step with a medium that is not taken; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class SamePlace(Refused):
    """Whoever opens one cabinet must not hold both."""

    words = _("媒体とパスワード通知書は、別の場所に保管してください。")


class NumberTaken(Refused):
    """Two media cannot bear one number."""

    words = _("この管理番号の媒体はもう載っています。")


class Ended(Refused):
    """It was returned or erased already."""

    words = _("この媒体はもう返却または消去されています。")


class HasRecord(Refused):
    """What was given with a record comes back with one."""

    words = _("提供の確認書があります。その確認書に続けて、返却または消去を記録してください。")


class GivenAhead(Refused):
    """Nothing is entered before it was given."""

    words = _("提供した日が今日より後です。")


class NoSuchMedium(LookupError):
    """This municipality has no such medium."""


@dataclass(frozen=True)
class Given:
    """What is said of a medium when it is given."""

    number: str
    kind: str
    content: str
    data_place: str
    notice_place: str
    given_on: date
    parcel: Parcel | None = None


def enter(*, given: Given, by: Staff, at: datetime) -> Medium:
    """Enter a medium; its data and its notice lie in two places."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    if _folded(given.data_place) == _folded(given.notice_place):
        raise SamePlace
    if given.given_on > localdate(at):
        raise GivenAhead
    try:
        with municipality_atomic():
            return Medium.objects.create(**vars(given), entered_by=by, entered_at=at)
    except IntegrityError as clash:
        if violates(clash, "exchange_medium_number_key"):
            raise NumberTaken from clash
        raise


def end(*, medium_id: UUID, ending: str, words: str, by: Staff, at: datetime) -> Medium:
    """Say that a medium was returned or erased, once, and how."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    with municipality_atomic():
        held = Medium.objects.select_for_update().filter(pk=medium_id, ending="").first()
        if held is None:
            raise Ended
        if held.handovers.exists():
            raise HasRecord
        held.ending, held.ended_words = Medium.Ending(ending), words
        held.ended_by, held.ended_at = by, at
        held.save(update_fields=["ending", "ended_words", "ended_by", "ended_at"])
    return held


def find(*, medium_id: UUID) -> Medium:
    """One medium, or NoSuchMedium."""
    found = Medium.objects.select_related("parcel").filter(pk=medium_id).first()
    if found is None:
        raise NoSuchMedium(medium_id)
    return found


def still_out() -> "QuerySet[Medium]":
    """Media neither returned nor erased, the oldest first."""
    return Medium.objects.filter(ending="")


def ended() -> "QuerySet[Medium]":
    """Media that are back or gone, the newest first."""
    return Medium.objects.exclude(ending="").select_related("ended_by").order_by("-ended_at")


def days_out(medium: Medium, *, at: datetime) -> int:
    """For how many days it has been out."""
    return (localdate(at) - medium.given_on).days


def _folded(place: str) -> str:
    return "".join(unicodedata.normalize("NFKC", place).casefold().split())
