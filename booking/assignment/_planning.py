"""Draft, inspect, approve, stop (割当ての準備)."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.assignment import _refusals as no
from booking.assignment._counting import counts, free_places
from booking.models import AssignmentPlan
from booking.pairing import PairRule
from booking.rulebook import NoCourse, rulebook
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Bucket

State = AssignmentPlan.State
SEED_BYTES: Final = 32
LEAST_AHEAD: Final = timedelta(hours=12)  # between the end of answering and the first slot


def draft(*, plan: AssignmentPlan, by: Staff, at: datetime) -> AssignmentPlan:
    """Keep a new plan and begin to look for its people; nobody gets a place before it is approved."""
    plan.edited_by, plan.edited_at, plan.state = by, at, State.LISTING
    plan.seed = plan.seed or secrets.token_hex(SEED_BYTES)
    plan.save(force_insert=True)
    return plan


def approve(
    *, plan: AssignmentPlan, shown: int, reason: str = "", by: Staff, at: datetime
) -> AssignmentPlan:
    """The second person says yes: from now on places are claimed and people told.

    Where some get no place a word why is asked for. What the programme says of people who do not
    answer is kept as it is at this moment: it is what the notices say.
    """
    with municipality_atomic():
        row = _locked(plan.pk, shown, State.PROPOSED)
        if row.edited_by_id == by.pk:
            raise no.SamePerson
        if findings(row, at=at):
            raise no.HasErrors
        if counts(row).without_place and not reason.strip():
            raise no.NoReason
        terms = rulebook().terms(row.programme_id, row.day_from)
        row.unanswered, row.reason = terms.unanswered, reason.strip()[:100]
        row.state, row.approved_by, row.approved_at = State.BOOKING, by, at
        _keep(row)
        access_log.record(what="assignment_approved", count=counts(row).placed, by=by, at=at)
    return row


def stop(*, plan: AssignmentPlan, shown: int, reason: str, at: datetime) -> AssignmentPlan:
    """Give out no more; who has a place keeps it."""
    if not reason.strip():
        raise no.NoReason
    with municipality_atomic():
        row = _locked(plan.pk, shown, *State.values)
        if row.state in {State.DONE, State.WITHDRAWN, State.BOOKED}:
            raise no.ChangedMeanwhile
        row.state, row.ended_at, row.reason = State.WITHDRAWN, at, reason.strip()[:100]
        _keep(row)
    return row


def findings(plan: AssignmentPlan, *, at: datetime) -> list[str | Promise]:
    """What keeps a plan from being approved, each a morning that would have gone wrong."""
    found: list[str | Promise] = [*_of_time(plan, at), *_of_course(plan)]
    if not free_places(plan, at=at):
        found.append(_("この期間に、割当てに使える枠が空いていません。"))
    book = rulebook()
    if book.stopped("web"):
        found.append(_("インターネットの受付を停止しているため、割り当てられません。"))
    groups = [one for one in book.groups if plan.group_id in {None, one.group_id}]
    if not any(one.bookable_from <= at and not one.is_external for one in groups):
        found.append(
            _("いま予約できる優先区分がありません。優先区分の受付開始を確かめてください。")
        )
    return found


def all_of() -> list[AssignmentPlan]:
    """Every plan, the newest first."""
    return list(AssignmentPlan.objects.select_related("vaccine", "group", "edited_by"))


def find(pk: UUID) -> AssignmentPlan | None:
    """One plan."""
    rows = AssignmentPlan.objects.select_related("vaccine", "group", "programme")
    return rows.select_related("edited_by", "approved_by").filter(pk=pk).first()


def _of_time(plan: AssignmentPlan, at: datetime) -> list[str | Promise]:
    found: list[str | Promise] = []
    if plan.answer_until <= at:
        found.append(_("返事の期限が過ぎています。"))
    rows = Bucket.objects.filter(
        channel=plan.channel, is_open=True, slot__opening__vaccine=plan.vaccine_id,
        slot__opening__programme=plan.programme_id,
        slot__opening__day__range=(plan.day_from, plan.day_until),
    )  # fmt: skip
    if rows.filter(slot__starts_at__lt=plan.answer_until + LEAST_AHEAD).exists():
        found.append(_("返事の期限から12時間以内に始まる枠があります。"))
    if rows.filter(bookable_from__gt=at).exists():
        found.append(_("予約受付開始がまだ来ていない日があります。"))
    return found


def _of_course(plan: AssignmentPlan) -> list[str | Promise]:
    book = rulebook()
    try:
        course = book.course(plan.vaccine_id, plan.day_from, plan.programme_id)
    except NoCourse:
        return [_("このワクチンの接種計画がありません。")]
    found: list[str | Promise] = []
    rule = book.terms(plan.programme_id, plan.day_from).pair_rule
    if max(plan.doses) > course.doses:
        found.append(_("この接種回は、接種計画にありません。"))
    if plan.with_pairs and rule in {PairRule.FIRST_ONLY, PairRule.IN_TURN}:
        found.append(_("この事業は、2回分を一緒に予約できない決まりです。"))
    if rule == PairRule.TOGETHER and len(plan.doses) < course.doses:
        found.append(_("この事業は、すべての回を一緒に予約する決まりです。"))
    if plan.with_pairs and (plan.day_until - plan.day_from).days < course.earliest_days:
        found.append(_("期間が接種間隔より短いため、2回目の枠がありません。"))
    return found


def _locked(pk: UUID, shown: int, *states: str) -> AssignmentPlan:
    row = AssignmentPlan.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None or row.version != shown or row.state not in states:
        raise no.ChangedMeanwhile
    return row


def _keep(row: AssignmentPlan) -> None:
    row.version += 1
    row.save()
