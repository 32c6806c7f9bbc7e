"""Verbs on programmes and their rules: enter, open and close, a new rule from a day on (事業)."""

from datetime import datetime

from django.db import IntegrityError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking import rulebook
from booking.models import ProgrammeRule
from booking.rule_changes import AlreadyInForce, ReasonMissing, RuleRefused
from shared.database import violates
from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import programmes
from venues.models import Programme


class NameTaken(RuleRefused):
    """Two programmes of one name cannot be told apart."""

    words = _("この名称の事業はすでにあります。")
    item = "name"


class RuleTwice(RuleRefused):
    """The programme has a rule from this very day on."""

    words = _("この事業には、同じ日から適用される決まりがすでにあります。")
    item = "effective_from"


def keep(*, programme: Programme, reason: str, by: Staff, at: datetime) -> Programme:
    """Enter a programme or change it; closing takes no more bookings and cancels nobody."""
    if not reason.strip():
        raise ReasonMissing
    try:
        with municipality_atomic():
            kept = programmes.keep(programme=programme, reason=reason.strip(), by=by, at=at)
            on_commit(rulebook.forget_kept)
    except IntegrityError as clash:
        if violates(clash, "programme_once"):
            raise NameTaken from clash
        raise
    return kept


def keep_rule(*, rule: ProgrammeRule, reason: str, by: Staff, at: datetime) -> ProgrammeRule:
    """Enter a rule for a programme, or change one that is not yet in force."""
    if not reason.strip():
        raise ReasonMissing
    if rule.programme_id is None:
        rule.programme_id = programmes.first()
    former = ProgrammeRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if former and former.effective_from <= localdate(at):
        raise AlreadyInForce
    try:
        with municipality_atomic():
            history.save(rule, reason=reason.strip(), by=by, at=at)
            on_commit(live.stir)
            on_commit(rulebook.forget_kept)
    except IntegrityError as clash:
        if violates(clash, "programme_rule_once"):
            raise RuleTwice from clash
        raise
    return rule


def find_rule(pk: int) -> ProgrammeRule | None:
    """One rule."""
    return ProgrammeRule.objects.select_related("programme").filter(pk=pk).first()


def rules() -> list[ProgrammeRule]:
    """Every rule, the newest of each programme first."""
    rows = ProgrammeRule.objects.select_related("programme")
    return list(rows.order_by("programme__position", "programme_id", "-effective_from"))
