"""Verbs on staff accounts (アカウント): one person, one account, one role.

Every loss of rights raises the account's auth_epoch: its sessions are dead from then on, and a
doorbell tells open sockets to look again.
"""

import re
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shared.database import violates
from tenancy import live, second_factor
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import SecondFactorReset, Staff
from tenancy.permissions import Permission, Role, holders, is_powerful

LOGIN_NAME: Final = r"^[a-z0-9][a-z0-9._-]{2,39}\Z"
# Read aloud without confusion: no 0 O 1 l I.
LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"


class Refused(Exception):
    """The account stays as it was; `words` say why."""

    words = _("この操作はできません。")


class LoginNameTaken(Refused):
    """Another account has this sign-in name; names are never used again."""

    words = _("このログイン名はすでに使われています。")


class BadLoginName(Refused):
    """Sign-in names are plain, so that nobody looks like somebody else."""

    words = _("半角の英小文字・数字・「.」「_」「-」で、3文字以上40文字以内にしてください。")


class NotOneself(Refused):
    """Nobody changes their own rights."""

    words = _(
        "自分自身のアカウントに対しては、この操作はできません。別の担当者に依頼してください。"
    )


class LastKeeper(Refused):
    """Somebody must be left who can keep the accounts."""

    words = _("アカウントを管理できる職員がいなくなるため、この操作はできません。")


class SecondPersonMissing(Refused):
    """The one who asks for a reset cannot do it."""

    words = _("依頼した人とは別の担当者が行ってください。")


class NeedsAnother(Refused):
    """A powerful role is given by one person and put into force by another."""

    words = _("この役割は強い権限を持つため、役割を与えた人とは別の担当者が有効にしてください。")


class ResetPending(Refused):
    """There is an open request for this account already."""

    words = _("この職員の再設定は、すでに依頼されています。")


class AlreadyAnswered(Refused):
    """Somebody answered the request first."""

    words = _("この依頼はすでに処理されています。")


def everybody() -> QuerySet[Staff]:
    """Every account, those in force first."""
    rows = Staff.objects.select_related("handler")
    return rows.order_by("-is_active", "role", "login_name")


def holding(permission: Permission) -> QuerySet[Staff]:
    """The accounts in force whose role holds a permission."""
    return everybody().filter(is_active=True, role__in=holders(permission))


def with_second_factor() -> set[UUID]:
    """The accounts that have set up an app or a passkey."""
    rows = Authenticator.objects.filter(type__in=second_factor.FACTORS)
    return set(rows.values_list("user_id", flat=True))


def all_resets() -> QuerySet[SecondFactorReset]:
    """Every request for a second-factor reset, newest first."""
    rows = SecondFactorReset.objects.select_related("staff", "asked_by", "answered_by")
    return rows.order_by("-asked_at")


def open_resets() -> QuerySet[SecondFactorReset]:
    """Requests for a reset that nobody has answered."""
    return all_resets().filter(answered_at__isnull=True)


def create(
    *,
    login_name: str,
    display_name: str,
    organisation: str,
    role: str,
    password: str = "",
    by: Staff | None,
    at: datetime,
) -> tuple[Staff, str]:
    """Make an account; without a password a one-time password is made and given back once.

    An account with a powerful role that a keeper makes is out of force, without a password that
    anybody knows, until another keeper puts it into force. The command line makes the first ones.
    """
    if not re.match(LOGIN_NAME, login_name):
        raise BadLoginName
    waits = by is not None and is_powerful(role)
    one_time = "" if password or waits else new_one_time_password()
    staff = Staff(
        login_name=login_name,
        display_name=display_name,
        organisation=organisation,
        role=Role(role),
        is_active=not waits,
        one_time_password_at=at if one_time else None,
    )
    staff.set_password(None if waits else password or one_time)
    try:
        with municipality_atomic():
            _save(staff, reason="作成", by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, "tenancy_staff_login_name_key"):
            raise LoginNameTaken from clash
        raise
    return staff, one_time


def change_role(*, staff: Staff, role: str, reason: str, by: Staff, at: datetime) -> Staff:
    """Give the account another role; it signs in anew, a powerful one when another has agreed."""
    with municipality_atomic():
        row = _hold(staff, by=by, keeps=False)
        if is_powerful(role) and row.role != role:
            row.is_active = False
        row.role = Role(role)
        return _lose_rights(row, reason=reason, by=by, at=at)


def disable(*, staff: Staff, reason: str, by: Staff, at: datetime) -> Staff:
    """Take the account out of force: its sessions and sockets die at once."""
    with municipality_atomic():
        row = _hold(staff, by=by, keeps=False)
        row.is_active = False
        return _lose_rights(row, reason=reason, by=by, at=at)


def enable(*, staff: Staff, reason: str, by: Staff, at: datetime) -> tuple[Staff, str]:
    """Put the account into force again, with a one-time password.

    A powerful role is put into force by somebody else than who gave it. The second factor stays: who could stop and start an account would else become that person
    alone. A lost app takes two people, here as anywhere (ask_reset, grant_reset).
    """
    with municipality_atomic():
        row = _hold(staff, by=by, keeps=True)
        if is_powerful(row.role) and _giver_of_role(row) == by.pk:
            raise NeedsAnother
        row.is_active = True
        return _with_one_time_password(row, reason=reason, by=by, at=at)


def issue_password(*, staff: Staff, reason: str, by: Staff, at: datetime) -> tuple[Staff, str]:
    """Give somebody who forgot it a one-time password; the second factor is still asked for."""
    with municipality_atomic():
        row = _hold(staff, by=by, keeps=True)
        return _with_one_time_password(row, reason=reason, by=by, at=at)


def change_own_password(*, staff: Staff, password: str, at: datetime) -> Staff:
    """Choose one's own password; every other session of the account dies."""
    with municipality_atomic():
        row = Staff.objects.select_for_update().get(pk=staff.pk)
        row.set_password(password)
        row.one_time_password_at = None
        return _lose_rights(row, reason="本人によるパスワード変更", by=row, at=at)


def end_sessions(*, staff: Staff, reason: str, by: Staff | None, at: datetime) -> Staff:
    """End every session and socket of the account; its rights stay."""
    with municipality_atomic():
        row = Staff.objects.select_for_update().get(pk=staff.pk)
        return _lose_rights(row, reason=reason, by=by, at=at)


def ask_reset(*, staff: Staff, reason: str, by: Staff, at: datetime) -> SecondFactorReset:
    """Ask that somebody's second factor be forgotten; another person must do it."""
    try:
        with municipality_atomic():
            return SecondFactorReset.objects.create(
                staff=staff, reason=reason, asked_by=by, asked_at=at
            )
    except IntegrityError as clash:
        if violates(clash, "reset_one_open"):
            raise ResetPending from clash
        raise


def grant_reset(*, reset: SecondFactorReset, by: Staff, at: datetime) -> Staff:
    """Forget the second factor: the next sign-in must set up a new one before anything else."""
    with municipality_atomic():
        row = _answer(reset, was_granted=True, by=by, at=at)
        staff = Staff.objects.select_for_update().get(pk=row.staff_id)
        second_factor.forget(staff)
        return _lose_rights(staff, reason=f"第二要素の再設定: {row.reason}", by=by, at=at)


def refuse_reset(*, reset: SecondFactorReset, by: Staff, at: datetime) -> None:
    """Close the request and leave the account as it is."""
    with municipality_atomic():
        _answer(reset, was_granted=False, by=by, at=at)


def new_one_time_password() -> str:
    """Sixteen letters in groups of four: 80 bits, fit to be read out."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)


def _hold(staff: Staff, *, by: Staff, keeps: bool) -> Staff:
    """The row under lock; refuses one's own account, and to lose the last keeper."""
    if staff.pk == by.pk:
        raise NotOneself
    keepers = Staff.objects.select_for_update().filter(
        role__in=holders(Permission.EDIT_STAFF), is_active=True
    )
    left = [row for row in keepers.order_by("pk") if row.pk != staff.pk]
    if not keeps and not left:
        raise LastKeeper
    return Staff.objects.select_for_update().get(pk=staff.pk)


def _giver_of_role(row: Staff) -> UUID | None:
    """Who gave the account its present role; nobody where the command did."""
    giver = None
    for record in row.history.order_by("-history_id"):
        if record.role != row.role:
            break
        giver = record.history_user_id
    return giver


def _answer(
    reset: SecondFactorReset, *, was_granted: bool, by: Staff, at: datetime
) -> SecondFactorReset:
    row = SecondFactorReset.objects.select_for_update().get(pk=reset.pk)
    if row.answered_at is not None:
        raise AlreadyAnswered
    if was_granted and by.pk == row.asked_by_id:
        raise SecondPersonMissing
    if was_granted and by.pk == row.staff_id:
        raise NotOneself
    row.answered_by, row.answered_at, row.was_granted = by, at, was_granted
    row.save()
    return row


def _with_one_time_password(
    row: Staff, *, reason: str, by: Staff, at: datetime
) -> tuple[Staff, str]:
    one_time = new_one_time_password()
    row.set_password(one_time)
    row.one_time_password_at = at
    return _lose_rights(row, reason=reason, by=by, at=at), one_time


def _lose_rights(row: Staff, *, reason: str, by: Staff | None, at: datetime) -> Staff:
    row.auth_epoch += 1
    _save(row, reason=reason, by=by, at=at)
    code, ring = current().code, {"topic": f"staff.{row.pk}", "seq": row.auth_epoch}
    on_commit(lambda: live.doorbell(code, ring))
    return row


def _save(row: Staff, *, reason: str, by: Staff | None, at: datetime) -> None:
    # These are the names by which simple-history is told who, when and why.
    told = {"_history_user": by, "_history_date": at, "_change_reason": reason[:100]}
    for name, value in told.items():
        setattr(row, name, value)
    row.save()
