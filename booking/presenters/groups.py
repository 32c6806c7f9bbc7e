"""Who may book when (優先区分), as the first page says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from booking.eligibility import Group
from shared.templatetags.words import day, moment, wareki


@dataclass(frozen=True)
class GroupLine:
    """One priority group."""

    group: Group
    at: datetime

    @property
    def name(self) -> str:
        """Its name."""
        return self.group.said

    @property
    def born(self) -> str:
        """The dates of birth it holds."""
        return born_words(self.group.born_from, self.group.born_until)

    @property
    def state(self) -> str:
        """Whether it may book now, or from when."""
        if self.group.is_external:
            return _("ほかの機関で受け付けています")
        if self.is_open:
            return _("受付中")
        return _("%(moment)sから受付") % {"moment": moment(self.group.bookable_from)}

    @property
    def is_open(self) -> bool:
        """Whether it may book now."""
        return not self.group.is_external and self.group.bookable_from <= self.at

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        return "positive" if self.is_open else "neutral"

    @property
    def opens_on(self) -> str:
        """The day on which booking opens."""
        return day(self.group.bookable_from)


def born_words(since: date | None, until: date | None) -> str:
    """A range of dates of birth; empty where it holds everybody."""
    if since and until:
        return _("%(since)sから%(until)sまでに生まれた方") % {
            "since": wareki(since), "until": wareki(until),
        }  # fmt: skip
    if until:
        return _("%(until)sまでに生まれた方") % {"until": wareki(until)}
    return _("%(since)s以後に生まれた方") % {"since": wareki(since)} if since else ""


def group_lines(groups: Sequence[Group], *, at: datetime) -> list[GroupLine]:
    """The groups in their order."""
    return [GroupLine(group, at) for group in groups]
