"""Verbs on the rules: stop and resume a channel, cut-offs, priority groups, courses (決まりの変更)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking import rulebook
from booking.models import BookingRules, ChangeRules, PriorityGroup, VaccineCourse
from shared.database import violates
from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues.models import Channel, Programme, Vaccine

GROUPS = (
    "group_on_web", "group_most", "group_most_by_phone", "group_speakers", "group_consent",
)  # fmt: skip
SWITCHES = {Channel.WEB: "web_stopped", Channel.PHONE: "phone_stopped"}


class RuleRefused(Exception):
    """The rule cannot be so; `words` are fit for the page, `item` names the field."""

    words: str | Promise = _("変更できませんでした。")
    item = ""


class ReasonMissing(RuleRefused):
    """Every change of a rule says why."""

    words = _("理由を入力してください。")
    item = "reason"


class BirthDatesReversed(RuleRefused):
    """A group that nobody could belong to."""

    words = _("生年月日の範囲が逆になっています。")
    item = "born_until"


class PositionTaken(RuleRefused):
    """Two groups cannot come at the same place of the order."""

    words = _("この順番はほかの優先区分が使っています。")
    item = "position"


class IntervalsReversed(RuleRefused):
    """The standard interval lies before the shortest."""

    words = _("標準の間隔は、最短の間隔より短くはできません。")
    item = "standard_days"


class LongestTooShort(RuleRefused):
    """The longest interval lies before the standard one."""

    words = _("最長の間隔は、標準の間隔より短くはできません。")
    item = "latest_days"


class AlreadyInForce(RuleRefused):
    """People were booked under this rule; a new rule is a new row with its own first day."""

    words = _("すでに適用されている決まりは変えられません。適用開始日を決めて、新しい決まりを追加してください。")  # fmt: skip
    item = "effective_from"


class CourseTwice(RuleRefused):
    """The vaccine has a rule from this very day on."""

    words = _("このワクチンには、同じ日から適用される決まりがすでにあります。")
    item = "effective_from"


class AlreadyEntered(RuleRefused):
    """Somebody else entered it at the same moment."""

    words = _("ほかの人が先に登録しました。画面を開き直してください。")


@dataclass(frozen=True)
class Rules:
    """Everything that stands on the page of the rules."""

    rules: BookingRules
    groups: list[PriorityGroup]
    courses: list[VaccineCourse]
    without_course: list[Vaccine]
    changes: list[ChangeRules]


def stop(*, channel: Channel, words: str, reason: str, by: Staff, at: datetime) -> None:
    """Take no more bookings by this channel, within two seconds everywhere; say why on the page."""
    _change(values={SWITCHES[channel]: True, "stop_words": words}, reason=reason, by=by, at=at)


def resume(*, channel: Channel, reason: str, by: Staff, at: datetime) -> None:
    """Take bookings by this channel again."""
    row = rulebook.booking_rules()
    others = [name for one, name in SWITCHES.items() if one != channel]
    still = any(getattr(row, name) for name in others)
    words = {} if still else {"stop_words": ""}
    _change(values={SWITCHES[channel]: False, **words}, reason=reason, by=by, at=at)


def change(
    *,
    change_until_hours: int,
    cancel_until_hours: int,
    contact_needed: str,
    phone_takes_web: bool = True,
    phone_takes_walk_in: bool = False,
    phone_takes_reserve: bool = False,
    rest_minutes: int = 15,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    """Cut-offs, the contact that is asked for, and whose places the telephone may take."""
    values = {
        "change_until_hours": change_until_hours,
        "cancel_until_hours": cancel_until_hours,
        "contact_needed": contact_needed,
        "phone_takes_web": phone_takes_web,
        "phone_takes_walk_in": phone_takes_walk_in,
        "phone_takes_reserve": phone_takes_reserve,
        "rest_minutes": rest_minutes,
    }
    _change(values=values, reason=reason, by=by, at=at)


def change_groups(*, values: dict[str, Any], reason: str, by: Staff, at: datetime) -> None:
    """Who may book several people at once, how many, and what they acknowledge."""
    _change(values={name: values[name] for name in GROUPS}, reason=reason, by=by, at=at)


def keep_group(*, group: PriorityGroup, reason: str, by: Staff, at: datetime) -> None:
    """Enter a priority group or change it; live reservations stay."""
    if group.born_from and group.born_until and group.born_from > group.born_until:
        raise BirthDatesReversed
    try:
        _keep(group, reason=reason, by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, "booking_prioritygroup_position_key"):
            raise PositionTaken from clash
        raise


def keep_course(*, course: VaccineCourse, reason: str, by: Staff, at: datetime) -> None:
    """Enter a rule for a vaccine, or change one that is not yet in force."""
    if course.standard_days < course.earliest_days:
        raise IntervalsReversed
    if course.latest_days is not None and course.latest_days < course.standard_days:
        raise LongestTooShort
    former = VaccineCourse.objects.filter(pk=course.pk).first() if course.pk else None
    if former and former.effective_from <= localdate(at):
        raise AlreadyInForce
    try:
        _keep(course, reason=reason, by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, "course_once"):
            raise CourseTwice from clash
        raise


def keep_change_rules(*, row: ChangeRules, reason: str, by: Staff, at: datetime) -> None:
    """What a programme allows after booking; it holds at once, for what is booked already too."""
    try:
        _keep(row, reason=reason, by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, "booking_changerules_programme_id_key"):  # entered twice at one moment
            raise AlreadyEntered from clash
        raise


def change_rules_of(programme_pk: int) -> ChangeRules | None:
    """The rules of changing of a programme, new where there are none; None without it."""
    programme = Programme.objects.filter(pk=programme_pk).first()
    if programme is None:
        return None
    found = ChangeRules.objects.filter(programme=programme).first()
    return found or ChangeRules(programme=programme)


def everything() -> Rules:
    """All rules as they are now."""
    courses = VaccineCourse.objects.select_related("vaccine", "programme")
    return Rules(
        rulebook.booking_rules(),
        list(PriorityGroup.objects.all()),
        list(courses.order_by("vaccine__maker", "vaccine__name", "-effective_from")),
        list(Vaccine.objects.filter(courses=None)),
        _change_rules(),
    )


def _change_rules() -> list[ChangeRules]:
    known = {row.programme_id: row for row in ChangeRules.objects.select_related("programme")}
    return [known.get(one.pk) or ChangeRules(programme=one) for one in Programme.objects.all()]


def find_group(pk: int) -> PriorityGroup | None:
    """One priority group."""
    return PriorityGroup.objects.filter(pk=pk).first()


def find_course(pk: int) -> VaccineCourse | None:
    """One vaccine course."""
    return VaccineCourse.objects.select_related("vaccine").filter(pk=pk).first()


def _change(*, values: dict[str, Any], reason: str, by: Staff, at: datetime) -> None:
    rulebook.booking_rules()  # made with its defaults where it was never asked for
    with municipality_atomic():
        row = BookingRules.objects.select_for_update(no_key=True).get(pk=1)
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        for name, value in values.items():
            setattr(row, name, value)
        _keep(row, reason=reason, by=by, at=at)


def _keep(
    row: BookingRules | ChangeRules | PriorityGroup | VaccineCourse,
    *,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    if not reason.strip():
        raise ReasonMissing
    with municipality_atomic():
        history.save(row, reason=reason.strip(), by=by, at=at)
        on_commit(live.stir)
        on_commit(rulebook.forget_kept)
