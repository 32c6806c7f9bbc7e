"""Verbs and questions about how the municipality stands (段階・基本設定)."""

import time
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shared.database import violates
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff, StageRequest
from tenancy.models.standing import Stage, StageChange, Standing

KEPT_SECONDS = 2
NOTICES = ("purpose_notice", "purpose_notice_en")
PLEDGES = ("pledge", "handling_notice")  # whoever works here accepts them anew
NEXT = {Stage.BUILDING: Stage.TRIAL, Stage.TRIAL: Stage.LIVE, Stage.LIVE: Stage.ENDED}


class StageRefused(Exception):
    """The stage cannot change this way; `words` say why."""

    words = _("この段階には進めません。")


class NotTheNextStage(StageRefused):
    """Stages follow each other; none is skipped and none returns."""

    words = _("段階は 構築 → 仮稼働 → 本稼働 → 終了 の順に一つずつ進めます。")


class SecondPersonMissing(StageRefused):
    """The one who asks cannot agree too."""

    words = _("別の職員の承認が必要です。")


class DummyDataLeft(StageRefused):
    """Dummy and real people never stand beside each other (S-13, S-46, S-56)."""

    words = _(
        "ダミーデータが残っています。bin/manage shred_rehearsal で消去してから本稼働に進めてください。"
    )


class RequestPending(StageRefused):
    """One wish at a time."""

    words = _("この段階への申請は、すでに出ています。")


class AlreadyAnswered(StageRefused):
    """Somebody answered first."""

    words = _("この申請はすでに処理されています。")


class NotApprovedYet(StageRefused):
    """No personal data before the council's approval date (S-13)."""

    words = _("審議会の了承日が登録されていないか、まだ来ていません。")


def standing() -> Standing:
    """The municipality's one row of settings; made with its defaults when first asked for."""
    found = Standing.objects.filter(pk=1).first()
    return found or Standing.objects.get_or_create(pk=1)[0]


_kept: dict[str, tuple[float, Standing]] = {}


def shown() -> Standing:
    """The settings as this process read them in the last two seconds: for every page's frame."""
    code, now = current().code, time.monotonic()
    known = _kept.get(code)
    if known is None or known[0] <= now:
        known = _kept[code] = (now + KEPT_SECONDS, standing())
    return known[1]


def forget_kept() -> None:
    """Drop what this process keeps: after the settings were changed here."""
    _kept.clear()


def change(*, values: dict[str, object], reason: str, by: Staff, at: datetime) -> Standing:
    """Change the municipality's own settings; other notices are other versions."""
    with municipality_atomic():
        row = Standing.objects.select_for_update().get(pk=standing().pk)
        if any(values.get(name, getattr(row, name)) != getattr(row, name) for name in NOTICES):
            row.purpose_notice_version += 1
        if any(values.get(name, getattr(row, name)) != getattr(row, name) for name in PLEDGES):
            row.pledge_version += 1
        for name, value in values.items():
            setattr(row, name, value)
        _save(row, reason=reason, by=by, at=at)
    return row


def following() -> str | None:
    """The stage that comes next, if any does."""
    return NEXT.get(Stage(standing().stage))


def stage_changes() -> QuerySet[StageChange]:
    """Every change of stage, newest first."""
    return StageChange.objects.select_related("asked_by", "agreed_by").order_by("-happened_at")


def open_stage_requests() -> QuerySet[StageRequest]:
    """Wishes that nobody has answered."""
    rows = StageRequest.objects.filter(answered_at__isnull=True)
    return rows.select_related("asked_by").order_by("asked_at")


def ask_stage(*, to: str, reason: str, by: Staff, at: datetime) -> StageRequest:
    """Ask for the next stage; another person must agree."""
    if NEXT.get(Stage(standing().stage)) != to:
        raise NotTheNextStage
    try:
        with municipality_atomic():
            return StageRequest.objects.create(to=to, reason=reason, asked_by=by, asked_at=at)
    except IntegrityError as clash:
        if violates(clash, "stage_request_one_open"):
            raise RequestPending from clash
        raise


def agree_stage(*, request: StageRequest, dummy_left: bool, by: Staff, at: datetime) -> Standing:
    """Agree to what another person asked for: the municipality moves on."""
    with municipality_atomic():
        row = _answer(request, was_granted=True, by=by, at=at)
        return advance(
            to=row.to, reason=row.reason, dummy_left=dummy_left, agreed_by=by, by=row.asked_by,
            at=at,
        )  # fmt: skip


def refuse_stage(*, request: StageRequest, by: Staff, at: datetime) -> None:
    """Close the wish; nothing changes."""
    with municipality_atomic():
        _answer(request, was_granted=False, by=by, at=at)


def _answer(request: StageRequest, *, was_granted: bool, by: Staff, at: datetime) -> StageRequest:
    row = StageRequest.objects.select_for_update().get(pk=request.pk)
    if row.answered_at is not None:
        raise AlreadyAnswered
    if was_granted and row.asked_by_id == by.pk:
        raise SecondPersonMissing
    row.answered_by, row.answered_at, row.was_granted = by, at, was_granted
    row.save()
    return row


def _save(row: Standing, *, reason: str, by: Staff, at: datetime) -> None:
    # These are the names by which simple-history is told who, when and why.
    told = {"_history_user": by, "_history_date": at, "_change_reason": reason[:100]}
    for name, value in told.items():
        setattr(row, name, value)
    row.save()
    forget_kept()
    on_commit(forget_kept)  # another thread may have read the former settings meanwhile


def advance(
    *, to: str, reason: str, dummy_left: bool, agreed_by: Staff, by: Staff, at: datetime
) -> Standing:
    """Move to the next stage; two people, in order, and never dummy beside real."""
    if agreed_by.pk == by.pk:
        raise SecondPersonMissing
    with municipality_atomic():
        row = Standing.objects.select_for_update().get(pk=standing().pk)
        if NEXT.get(Stage(row.stage)) != to:
            raise NotTheNextStage
        if to == Stage.LIVE:
            _ready_for_real_people(row, dummy_left=dummy_left, at=at)
        StageChange.objects.create(
            before=row.stage, after=to, reason=reason, asked_by=by, agreed_by=agreed_by,
            happened_at=at,
        )  # fmt: skip
        row.stage = to
        _save(row, reason=reason, by=by, at=at)
    return row


def _ready_for_real_people(row: Standing, *, dummy_left: bool, at: datetime) -> None:
    if dummy_left:
        raise DummyDataLeft
    if row.approved_on is None or row.approved_on > at.date():
        raise NotApprovedYet
