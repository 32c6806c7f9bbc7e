"""Arm and withdraw: what makes a plan open by itself, and what stops it before (確定と取り下げ)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from booking import rulebook
from booking.models import ReleasePlan
from booking.releases import _reading
from booking.releases._drafting import ChangedMeanwhile, ReleaseRefused, locked_draft
from booking.releases.lint import lint
from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import tranches

State = ReleasePlan.State


class SamePerson(ReleaseRefused):
    """Who edited a plan last cannot arm it: two people look at it."""

    words = _("最後に編集した本人は確定できません。別の担当者が点検して確定してください。")


class NotArmable(ReleaseRefused):
    """The plan has errors."""

    words = _("点検で見つかった誤りを直してから確定してください。")


class WarningsNotAccepted(ReleaseRefused):
    """Each warning was seen and somebody says why it is right."""

    words = _("注意があります。それでも確定する理由を入力してください。")
    item = "accepted_because"


def arm(
    *, plan: ReleasePlan, shown: int, accepted_because: str, by: Staff, at: datetime
) -> ReleasePlan:
    """From now on the plan opens by itself, row by row, at the second that stands in it.

    Looked through once more under the lock: venues and days may have changed since the page.
    Places that a withdrawn plan left closed are this plan's now.
    """
    with municipality_atomic():
        row = locked_draft(plan.pk, shown)
        if row.edited_by_id == by.pk:
            raise SamePerson
        facts = _reading.facts(row, at=at)
        found = lint(facts)
        if any(one.is_error for one in found):
            raise NotArmable
        if found and not accepted_because.strip():
            raise WarningsNotAccepted
        tranches.plan(
            wanted=_reading.tranches_of(facts), buckets=_reading.covered_buckets(facts),
            release_plan_id=row.pk,
        )  # fmt: skip
        row.state, row.armed_by, row.armed_at = State.ARMED, by, at
        row.accepted_because = accepted_because.strip()
        _kept(row, reason=accepted_because, by=by, at=at)
    return row


def withdraw(*, plan: ReleasePlan, shown: int, reason: str, by: Staff, at: datetime) -> ReleasePlan:
    """Stop what has not opened yet: it stays closed until a new plan; what is open stays open."""
    if not reason.strip():
        refused = ReleaseRefused()
        refused.words, refused.item = _("理由を入力してください。"), "reason"
        raise refused
    with municipality_atomic():
        row = ReleasePlan.objects.select_for_update(no_key=True).filter(pk=plan.pk).first()
        if row is None or row.version != shown or row.state != State.ARMED:
            raise ChangedMeanwhile
        tranches.withdraw(release_plan_id=row.pk, at=at)
        row.state, row.withdrawn_at = State.WITHDRAWN, at
        _kept(row, reason=reason, by=by, at=at)
    return row


def _kept(row: ReleasePlan, *, reason: str, by: Staff, at: datetime) -> None:
    row.version += 1
    history.save(row, reason=reason.strip(), by=by, at=at)
    on_commit(live.stir)
    on_commit(rulebook.forget_kept)
