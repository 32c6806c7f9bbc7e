"""Verbs on a plan while it is a draft (下書き)."""

from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import ReleasePlan, ReleaseRow
from tenancy import history
from tenancy.current import municipality_atomic
from tenancy.models import Staff

MOST_ROWS = 200


class ReleaseRefused(Exception):
    """It cannot be so; `words` are fit for the page, `item` names the field."""

    words: str | Promise = _("変更できませんでした。")
    item = ""


class NotADraft(ReleaseRefused):
    """An armed plan stands as it was looked through; it can be withdrawn and copied."""

    words = _("この計画は下書きではないため、変えられません。複写して新しい計画を作ってください。")


class ChangedMeanwhile(ReleaseRefused):
    """Somebody else changed the plan after this page was shown."""

    words = _("ほかの人がこの計画を変えました。内容をもう一度確かめてください。")


class DaysReversed(ReleaseRefused):
    """A range that holds no day."""

    words = _("日の範囲が逆になっています。")
    item = "day_until"


class TooManyRows(ReleaseRefused):
    """A plan nobody can read through."""

    words = _("一つの計画に入れられるのは200行までです。計画を分けてください。")


def draft(*, plan: ReleasePlan, by: Staff, at: datetime) -> ReleasePlan:
    """Keep a new draft."""
    _check_days(plan)
    with municipality_atomic():
        plan.edited_by, plan.edited_at = by, at
        history.save(plan, reason="", by=by, at=at)
    return plan


def change(*, plan: ReleasePlan, shown: int, by: Staff, at: datetime) -> ReleasePlan:
    """Change name, announcement, days or expectation of a draft that is still as it was shown."""
    _check_days(plan)
    with municipality_atomic():
        row = locked_draft(plan.pk, shown)
        for name in (
            "name",
            "programme_id",
            "announced_at",
            "day_from",
            "day_until",
            "expected_share",
        ):
            setattr(row, name, getattr(plan, name))
        _touch(row, by=by, at=at)
    return row


def keep_row(*, row: ReleaseRow, shown: int, by: Staff, at: datetime) -> ReleasePlan:
    """Add a row to a draft, or change one of its rows."""
    _check_days(row)
    with municipality_atomic():
        plan = locked_draft(row.plan_id, shown)
        if row.pk is None and plan.rows.count() >= MOST_ROWS:
            raise TooManyRows
        if row.pk is not None and not plan.rows.filter(pk=row.pk).exists():
            raise ChangedMeanwhile
        history.save(row, reason="", by=by, at=at)
        _touch(plan, by=by, at=at)
    return plan


def drop_row(*, row: ReleaseRow, shown: int, by: Staff, at: datetime) -> ReleasePlan:
    """Take a row out of a draft; its history keeps it."""
    with municipality_atomic():
        plan = locked_draft(row.plan_id, shown)
        history.sign(row, reason="", by=by, at=at)
        row.delete()
        _touch(plan, by=by, at=at)
    return plan


def drop(*, plan: ReleasePlan, shown: int, by: Staff, at: datetime) -> None:
    """Throw a draft away; its history keeps it."""
    with municipality_atomic():
        row = locked_draft(plan.pk, shown)
        for one in row.rows.all():
            history.sign(one, reason="", by=by, at=at)
            one.delete()
        history.sign(row, reason="", by=by, at=at)
        row.delete()


def copy(*, plan: ReleasePlan, name: str, by: Staff, at: datetime) -> ReleasePlan:
    """A new draft with the same rows: next week's plan, or a withdrawn one set right."""
    with municipality_atomic():
        made = ReleasePlan(
            name=name, programme_id=plan.programme_id, announced_at=plan.announced_at, day_from=plan.day_from,
            day_until=plan.day_until, expected_share=plan.expected_share, edited_by=by,
            edited_at=at,
        )  # fmt: skip
        history.save(made, reason="", by=by, at=at)
        for row in plan.rows.all():
            row.pk, row.plan = None, made
            row._state.adding = True  # noqa: SLF001 - Django's own way to copy a row
            history.save(row, reason="", by=by, at=at)
    return made


def locked_draft(pk: UUID, shown: int) -> ReleasePlan:
    """The plan, locked, where it is still the draft that was shown."""
    row = ReleasePlan.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise ChangedMeanwhile
    if row.state != ReleasePlan.State.DRAFT:
        raise NotADraft
    if row.version != shown:
        raise ChangedMeanwhile
    return row


def _touch(plan: ReleasePlan, *, by: Staff, at: datetime) -> None:
    plan.version += 1
    plan.edited_by, plan.edited_at = by, at
    history.save(plan, reason="", by=by, at=at)


def _check_days(one: ReleasePlan | ReleaseRow) -> None:
    if one.day_from > one.day_until:
        raise DaysReversed
