"""May this resident book this dose on this day? A list of checks over plain values (対象の判定).

Every check speaks in words fit to be read out on the telephone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from booking.pairing import MakerRule, PairRule
from shared.calendar import age_on, day_of
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
    maker: str = ""
    other_makers: frozenset[str] = frozenset()
    # What plans say of this venue, day and channel; nothing is: it opens with its day.
    releases: tuple[Release, ...] = ()
    # What the programme says, and for which dose alone the day was opened.
    programme_is_open: bool = True
    only_dose: int | None = None
    latest_days: int | None = None
    pair_rule: str = PairRule.EACH
    maker_rule: str = MakerRule.SAME_VACCINE
    asked: frozenset[int] = frozenset()  # the doses of one claim; none: nothing new is asked for


def check_channel(request: Request) -> None:
    """Refuse while the ward has stopped this channel."""
    if request.channel_stopped:
        words = request.stop_words or _("ただいま予約の受付を停止しています。")
        raise NotEligible(words, "stopped")


def check_programme(request: Request) -> None:
    """Refuse while the programme is closed."""
    if not request.programme_is_open:
        raise NotEligible(_("この事業の予約は受け付けていません。"), "programme_closed")


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
    if request.only_dose not in {None, request.dose_number}:
        raise NotEligible(str(UNRELEASED["other_dose"]), "other_dose")


def check_pair(request: Request) -> None:
    """Refuse doses that may not be booked so: how they belong together is the programme's rule."""
    if not request.asked or request.doses == 1:
        return
    dose, rule = request.dose_number, request.pair_rule
    if rule == PairRule.FIRST_ONLY and dose > 1:
        raise NotEligible(
            _("予約できるのは1回目だけです。次の回の日時は接種会場でお決めください。"), "first_only"
        )
    before = request.dose_days.get(dose - 1)
    if rule == PairRule.IN_TURN and dose > 1 and not (before and before <= day_of(request.at)):
        raise NotEligible(_("前の回の接種が済んでから、次の回を予約してください。"), "in_turn")
    standing = request.asked | set(request.dose_days)
    if rule == PairRule.TOGETHER and not standing >= set(range(1, request.doses + 1)):
        raise NotEligible(_("すべての回の日時を一緒に選んでください。"), "together")


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
    longest = None if request.latest_days is None else timedelta(days=request.latest_days)
    if before is not None and longest is not None and request.vaccination_day > before + longest:
        latest = before + longest
        words = _("%(month)s月%(day)s日以前の枠を選んでください。") % {
            "month": latest.month, "day": latest.day,
        }  # fmt: skip
        raise NotEligible(words, "too_long_after")
    after = request.dose_days.get(request.dose_number + 1)
    if after is not None and longest is not None and after > request.vaccination_day + longest:
        earliest = after - longest
        words = _("次の接種の予約があるため、%(month)s月%(day)s日以降の枠を選んでください。") % {
            "month": earliest.month, "day": earliest.day,
        }  # fmt: skip
        raise NotEligible(words, "too_long_before")
    if after is not None and after < request.vaccination_day + apart:
        latest = after - apart
        words = _("次の接種の予約があるため、%(month)s月%(day)s日以前の枠を選んでください。") % {
            "month": latest.month, "day": latest.day,
        }  # fmt: skip
        raise NotEligible(words, "too_late")


def check_same_vaccine(request: Request) -> None:
    """Refuse another vaccine, or maker, than that of the other doses, as the programme's rule is."""
    if request.maker_rule == MakerRule.SAME_MAKER and request.other_makers - {request.maker}:
        raise NotEligible(
            _("ほかの回と同じメーカーのワクチンの日時を選んでください。"), "other_maker"
        )
    if request.maker_rule == MakerRule.SAME_VACCINE and request.other_vaccine_ids - {
        request.vaccine_id
    }:
        raise NotEligible(
            _("ほかの回と同じ種類のワクチンの日時を選んでください。"), "other_vaccine"
        )


CHECKS: tuple[Callable[[Request], None], ...] = (
    check_channel,
    check_programme,
    check_birth_date_known,
    check_group,
    check_release,
    check_age,
    check_dose,
    check_pair,
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
