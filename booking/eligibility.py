"""May this resident book this dose on this day? A list of checks over plain values (対象の判定).

Every check speaks in words fit to be read out on the telephone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shared.calendar import age_on
from shared.templatetags.words import moment


class NotEligible(Exception):
    """One reason to say no; `words` may be read out."""

    def __init__(self, words: str, code: str) -> None:
        super().__init__(words)
        self.words, self.code = words, code


@dataclass(frozen=True)
class Group:
    """A priority group as the rule needs it."""

    name: str
    born_from: date | None
    born_until: date | None
    bookable_from: datetime
    is_external: bool = False
    name_en: str = ""
    group_id: int = 0

    @property
    def said(self) -> str:
        """Its name in the language of the reader."""
        english = (get_language() or "ja").startswith("en")
        return (self.name_en or self.name) if english else self.name

    def holds(self, born_on: date) -> bool:
        """Whether somebody born on this day belongs to the group."""
        return (self.born_from is None or self.born_from <= born_on) and (
            self.born_until is None or born_on <= self.born_until
        )


@dataclass(frozen=True)
class Release:
    """A planned release of the place asked for; no group or dose is: all, no moment: not yet set."""

    group_id: int | None
    dose_number: int | None
    opens_at: datetime | None


@dataclass(frozen=True)
class Request:
    """All that the decision needs: no clock, no database."""

    born_on: date | None
    vaccination_day: date
    dose_number: int
    at: datetime
    minimum_age: int
    doses: int
    earliest_days: int
    groups: tuple[Group, ...]
    channel_stopped: bool = False
    stop_words: str = ""
    # Days on which the resident has, or asks for, the other doses of the course; and of what.
    dose_days: dict[int, date] = field(default_factory=dict)
    vaccine_id: int = 0
    other_vaccine_ids: frozenset[int] = frozenset()
    # What plans say of this venue, day and channel; nothing is: it opens with its day.
    releases: tuple[Release, ...] = ()


def check_channel(request: Request) -> None:
    """Refuse while the ward has stopped this channel."""
    if request.channel_stopped:
        words = request.stop_words or _("ただいま予約の受付を停止しています。")
        raise NotEligible(words, "stopped")


def check_birth_date_known(request: Request) -> None:
    """Refuse where the ward's record does not know the whole date of birth."""
    if request.born_on is None:
        raise NotEligible(_("コールセンターにお電話ください。"), "born_unknown")


def check_age(request: Request) -> None:
    """Refuse somebody too young on the day of vaccination."""
    if request.born_on and age_on(request.born_on, request.vaccination_day) < request.minimum_age:
        words = _("接種日に%(age)s歳以上の方が対象です。") % {"age": request.minimum_age}
        raise NotEligible(words, "too_young")


def check_group(request: Request) -> None:
    """Refuse before the resident's priority group may book."""
    if request.born_on is None:
        return
    group = group_of(request.groups, request.born_on)
    if group is None:
        raise NotEligible(_("この生年月日の方の受付開始日はまだ決まっていません。"), "no_group")
    if group.is_external:
        raise NotEligible(
            _("%(group)sの接種は別の機関が行っています。") % {"group": group.said}, "external"
        )
    if request.at < group.bookable_from:
        from django.utils.timezone import localtime

        opens = localtime(group.bookable_from)
        words = _("%(group)sの予約は%(month)s月%(day)s日%(hour)s時%(minute)s分から受け付けます。") % {
            "group": group.said, "month": opens.month, "day": opens.day,
            "hour": opens.hour, "minute": f"{opens.minute:02d}",
        }  # fmt: skip
        raise NotEligible(words, "not_open_yet")


def check_release(request: Request) -> None:
    """Refuse a place that a plan opens for others, for another dose, or later."""
    if not request.releases or request.born_on is None:
        return
    group = group_of(request.groups, request.born_on)
    code, opens_at = unreleased(
        request.releases, group.group_id if group else None, request.dose_number, at=request.at
    )
    if opens_at:
        words = _("この日時の予約は%(moment)sから受け付けます。") % {"moment": moment(opens_at)}
        raise NotEligible(words, code)
    if code:
        raise NotEligible(str(UNRELEASED[code]), code)


UNRELEASED = {
    "other_group": gettext_lazy("この日時は、ほかの優先区分の方のための枠です。"),
    "other_dose": gettext_lazy("この日時は、ほかの接種回の方のための枠です。"),
    "not_planned": gettext_lazy("この日時の予約受付開始はまだ決まっていません。"),
}


def unreleased(
    releases: Sequence[Release], group_id: int | None, dose_number: int | None, *, at: datetime
) -> tuple[str, datetime | None]:
    """Why somebody of this group may not take the places yet, and when it opens; "" where it is open.

    Without a dose, any dose will do.
    """
    mine = [one for one in releases if one.group_id in {None, group_id}]
    if not mine:
        return "other_group", None
    if dose_number is not None:
        mine = [one for one in mine if one.dose_number in {None, dose_number}]
    if not mine:
        return "other_dose", None
    moments = [one.opens_at for one in mine if one.opens_at]
    if not moments:
        return "not_planned", None
    return ("", None) if min(moments) <= at else ("not_open_yet", min(moments))


def group_of(groups: Sequence[Group], born_on: date) -> Group | None:
    """The first group that holds somebody born on this day."""
    return next((group for group in groups if group.holds(born_on)), None)


def check_dose(request: Request) -> None:
    """Refuse a dose the course does not have."""
    if not 1 <= request.dose_number <= request.doses:
        raise NotEligible(_("この接種回は受け付けていません。"), "no_such_dose")


def check_dose_interval(request: Request) -> None:
    """Refuse a dose too soon after the one before, or one that leaves the next too soon."""
    apart = timedelta(days=request.earliest_days)
    before = request.dose_days.get(request.dose_number - 1)
    if before is not None and request.vaccination_day < before + apart:
        earliest = before + apart
        words = _("%(month)s月%(day)s日以降の枠を選んでください。") % {
            "month": earliest.month, "day": earliest.day,
        }  # fmt: skip
        raise NotEligible(words, "too_soon")
    after = request.dose_days.get(request.dose_number + 1)
    if after is not None and after < request.vaccination_day + apart:
        latest = after - apart
        words = _("次の接種の予約があるため、%(month)s月%(day)s日以前の枠を選んでください。") % {
            "month": latest.month, "day": latest.day,
        }  # fmt: skip
        raise NotEligible(words, "too_late")


def check_same_vaccine(request: Request) -> None:
    """Refuse another vaccine than that of the other doses."""
    if request.other_vaccine_ids - {request.vaccine_id}:
        raise NotEligible(
            _("ほかの回と同じ種類のワクチンの日時を選んでください。"), "other_vaccine"
        )


CHECKS: tuple[Callable[[Request], None], ...] = (
    check_channel,
    check_birth_date_known,
    check_group,
    check_release,
    check_age,
    check_dose,
    check_same_vaccine,
    check_dose_interval,
)


def refusals(request: Request) -> list[NotEligible]:
    """Every reason to say no, in the order an operator should read them."""
    found = []
    for check in CHECKS:
        try:
            check(request)
        except NotEligible as refusal:
            found.append(refusal)
    return found
