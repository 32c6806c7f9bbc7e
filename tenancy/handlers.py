"""Verbs on the register of named handlers (取扱者名簿): enlist, change, strike off (S-33, S-84).

An account works as long as its entry is in force: listed, within its dates, trained. Where an
entry ends, the account's sessions and sockets end with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared.calendar import day_of
from shared.database import violates
from tenancy import accounts, history
from tenancy.accounts import NotOneself
from tenancy.current import municipality_atomic
from tenancy.models import Handler, Staff
from tenancy.models.handler import Gap

SOON: Final = timedelta(days=30)


class HandlerRefused(Exception):
    """The register stays as it was; `words` say why."""

    words: str | Promise = _("名簿を変更できません。")


class AlreadyListed(HandlerRefused):
    """One account, one entry."""

    words = _("このアカウントは、すでに名簿に載っています。")


class ConsentMissing(HandlerRefused):
    """A sub-contractor works with the ward's written consent only."""

    words = _("再委託先の方には、区の承諾番号が必要です。")


class EndsBeforeItBegins(HandlerRefused):
    """The dates stand the wrong way round."""

    words = _("終了日は開始日より後にしてください。")


@dataclass(frozen=True)
class Entry:
    """What the register says of somebody."""

    person_name: str
    organisation: str
    organisation_kind: str
    position: str
    from_on: date
    trained_until: date
    until_on: date | None = None
    consent_number: str = ""


def everybody() -> QuerySet[Handler]:
    """Every entry, by organisation, those responsible first."""
    rows = Handler.objects.select_related("staff")
    return rows.order_by("organisation_kind", "organisation", "-position", "person_name")


def in_force(*, on: date) -> list[Handler]:
    """Who may handle personal data on a day."""
    return [row for row in everybody() if row.gap(on=on) is None]


def ends_soon(*, on: date) -> list[Handler]:
    """Who may work today but not in a month's time, the soonest first."""
    found = [row for row in in_force(on=on) if last_day(row) <= on + SOON]
    return sorted(found, key=last_day)


def last_day(row: Handler) -> date:
    """The last day this entry opens anything."""
    return min(row.trained_until, row.until_on or row.trained_until)


def unlisted(*, on: date) -> list[Staff]:
    """Accounts in force whose owner is not in force on the register: they cannot sign in."""
    rows = Staff.objects.select_related("handler").filter(is_active=True).order_by("login_name")
    return [staff for staff in rows if staff.gap(on=on) is not None]


def without_entry() -> QuerySet[Staff]:
    """Accounts that the register does not know."""
    return Staff.objects.filter(handler__isnull=True).order_by("login_name")


def enlist(
    *, entry: Entry, staff: Staff | None, reason: str, by: Staff | None, at: datetime
) -> Handler:
    """Enter somebody into the register; with an account, it works from then on."""
    row = Handler(staff=staff)
    _fill(row, entry)
    with _told_in_words(), municipality_atomic():
        history.save(row, reason=reason, by=by, at=at)
    return row


def admit(
    *,
    login_name: str,
    role: str,
    entry: Entry,
    password: str = "",
    by: Staff | None,
    at: datetime,
) -> tuple[Staff, str]:
    """Make an account together with its entry: nobody has the one without the other."""
    with municipality_atomic():
        staff, one_time = accounts.create(
            login_name=login_name,
            display_name=entry.person_name,
            organisation=entry.organisation,
            role=role,
            password=password,
            by=by,
            at=at,
        )
        enlist(entry=entry, staff=staff, reason="作成", by=by, at=at)
    return staff, one_time


def change(
    *, handler: Handler, entry: Entry, reason: str, by: Staff | None, at: datetime
) -> Handler:
    """Change an entry, or put it back; where it opens nothing any more, the sessions end."""
    with _told_in_words(), municipality_atomic():
        row = _hold(handler, by=by)
        _fill(row, entry)
        row.struck_off_at = None
        history.save(row, reason=reason, by=by, at=at)
        if row.staff is not None and row.gap(on=day_of(at)) is not None:
            _end_sessions(row.staff, by=by, at=at)
    return row


def renew(*, staff: Staff, trained_until: date, reason: str, at: datetime) -> Handler:
    """Enter a renewed training; an account that the register does not know is entered. Command."""
    row = Handler.objects.filter(staff=staff).first()
    entry = Entry(
        person_name=row.person_name if row else staff.display_name,
        organisation=row.organisation if row else staff.organisation,
        organisation_kind=row.organisation_kind if row else Handler.OrganisationKind.CONTRACTOR,
        position=row.position if row else Handler.Position.HANDLER,
        from_on=row.from_on if row else day_of(at),
        trained_until=trained_until,
        consent_number=row.consent_number if row else "",
    )
    if row is None:
        return enlist(entry=entry, staff=staff, reason=reason, by=None, at=at)
    return change(handler=row, entry=entry, reason=reason, by=None, at=at)


def strike_off(*, handler: Handler, reason: str, by: Staff, at: datetime) -> Handler:
    """Take somebody off the register: sessions and sockets of their account end at once."""
    with municipality_atomic():
        row = _hold(handler, by=by)
        row.struck_off_at = at
        history.save(row, reason=reason, by=by, at=at)
        if row.staff is not None:
            _end_sessions(row.staff, by=by, at=at)
    return row


def gap_of(staff: Staff, *, at: datetime) -> Gap | None:
    """Why this account may not work now; None where it may."""
    return staff.gap(on=day_of(at))


def _hold(handler: Handler, *, by: Staff | None) -> Handler:
    row = Handler.objects.select_for_update().get(pk=handler.pk)
    if by is not None and row.staff_id == by.pk:
        raise NotOneself
    return row


def _fill(row: Handler, entry: Entry) -> None:
    is_sub = entry.organisation_kind == Handler.OrganisationKind.SUBCONTRACTOR
    if is_sub and not entry.consent_number.strip():
        raise ConsentMissing
    if entry.until_on is not None and entry.until_on < entry.from_on:
        raise EndsBeforeItBegins
    for name, value in vars(entry).items():
        setattr(row, name, value)


def _end_sessions(staff: Staff, *, by: Staff | None, at: datetime) -> None:
    accounts.end_sessions(staff=staff, reason="取扱者名簿の変更", by=by, at=at)


@contextmanager
def _told_in_words() -> Iterator[None]:
    """What the database refuses, in the register's words."""
    try:
        yield
    except IntegrityError as clash:
        if violates(clash, "tenancy_handler_staff_id_key"):
            raise AlreadyListed from clash
        raise
