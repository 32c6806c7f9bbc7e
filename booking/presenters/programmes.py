"""Programmes in words (事業)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking import programme_choice
from booking.errand import Errand
from booking.models import ProgrammeRule
from booking.rulebook import rulebook
from shared.templatetags.words import day
from venues.models import Programme


def programme_line(errand: Errand, *, at: datetime) -> Programme | None:
    """The programme of an errand, where there is more than one to be in."""
    if not programme_choice.several():
        return None
    return named(programme_choice.chosen(errand, at=at))


def named(programme_id: int | None) -> Programme | None:
    """A programme by its id, from the rules that are kept."""
    return next((one for one in rulebook().programmes if one.pk == programme_id), None)


def said(programme_id: int | None) -> str:
    """Its name where there are several; nothing where there is no other."""
    found = named(programme_id) if programme_choice.several() else None
    return found.said if found else ""


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme in the list of the rules, with the rules that were ever set."""

    programme: Programme
    rules: list[ProgrammeRule]
    at: datetime

    @property
    def state(self) -> str | Promise:
        """Whether it takes bookings."""
        return _("受付中") if self.programme.is_open else _("受付停止")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        return "positive" if self.programme.is_open else "neutral"

    @property
    def in_force(self) -> ProgrammeRule | None:
        """The rule of today; None where what always held still holds."""
        today = localdate(self.at)
        return next((one for one in self.rules if one.effective_from <= today), None)

    @property
    def later(self) -> list[ProgrammeRule]:
        """Rules whose day has not come."""
        return [one for one in self.rules if one.effective_from > localdate(self.at)]

    @property
    def pair_words(self) -> str:
        """How doses belong together today."""
        return (self.in_force or ProgrammeRule()).get_pair_rule_display()

    @property
    def maker_words(self) -> str:
        """What may be combined today."""
        return (self.in_force or ProgrammeRule()).get_maker_rule_display()


def programme_rows(
    programmes: list[Programme], rules: list[ProgrammeRule], *, at: datetime
) -> list[ProgrammeRow]:
    """Every programme with its rules, the newest first."""
    return [
        ProgrammeRow(one, [rule for rule in rules if rule.programme_id == one.pk], at)
        for one in programmes
    ]


def rule_terms(rule: ProgrammeRule) -> list[tuple[str | Promise, str]]:
    """A rule that can no longer be changed, to be read."""
    return [
        (_("事業"), rule.programme.said),
        (_("適用開始日"), day(rule.effective_from)),
        (_("接種回の組み合わせ"), rule.get_pair_rule_display()),
        (_("ワクチンの組み合わせ"), rule.get_maker_rule_display()),
        (_("割当てに返事がないとき"), rule.get_unanswered_display()),
    ]
