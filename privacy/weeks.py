"""The weekly summary to the ward (週ごとのまとめ): counts of what was seen, odd and answered (S-66)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.db.models import Count, Q
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from privacy import alerts, lookouts, odd_use
from privacy.alerts import Matter
from privacy.models import AccessEntry, Alert, LogAnchor, LogCheck, WeekTold
from shared import calendar
from tenancy.current import current, municipality_atomic

HOUR: Final = 8  # on Monday, in Tokyo


@dataclass(frozen=True)
class KindCount:
    """How many alerts of a kind were raised in the week, and how many still wait."""

    words: str
    raised: int
    waiting: int


@dataclass(frozen=True)
class Summary:
    """One week in counts; nobody is named."""

    first_day: date
    last_day: date
    lines: int
    looks: int
    without_call: int
    reveals: int
    failed_sign_ins: int
    kinds: list[KindCount] = field(default_factory=list)
    checks: int = 0
    bad_checks: int = 0
    anchors: int = 0
    failed_anchors: int = 0

    @property
    def raised(self) -> int:
        """All alerts of the week."""
        return sum(kind.raised for kind in self.kinds)

    @property
    def waiting(self) -> int:
        """Alerts of the week that nobody has answered."""
        return sum(kind.waiting for kind in self.kinds)

    def counts(self) -> list[tuple[str, int]]:
        """Every count but the alerts, with its words."""
        return [
            (_("閲覧記録の件数"), self.lines),
            (_("職員による閲覧"), self.looks),
            (_("うち通話なしの閲覧"), self.without_call),
            (_("監査での氏名の表示"), self.reveals),
            (_("失敗したログイン"), self.failed_sign_ins),
            (_("閲覧記録の検証"), self.checks),
            (_("うち異常のあった検証"), self.bad_checks),
            (_("第二の場所への写し"), self.anchors),
            (_("うち送れなかった写し"), self.failed_anchors),
        ]


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def summary(*, first_day: date) -> Summary:
    """The week that begins on this day."""
    last_day = first_day + timedelta(days=6)
    begins, ends = calendar.day_edges(first_day)[0], calendar.day_edges(last_day)[1]
    rows = AccessEntry.objects.filter(happened_at__gte=begins, happened_at__lt=ends)
    counted = rows.aggregate(
        lines=Count("id"),
        looks=Count("id", filter=Q(what__in=odd_use.LOOKS, staff_id__isnull=False)),
        without_call=Count("id", filter=Q(what="view_without_call")),
        reveals=Count("id", filter=Q(what="reveal")),
        failed_sign_ins=Count("id", filter=Q(what="sign_in", succeeded=False, role="")),
    )
    checks = LogCheck.objects.filter(checked_at__gte=begins, checked_at__lt=ends)
    told = LogAnchor.objects.filter(told_at__gte=begins, told_at__lt=ends)
    return Summary(
        first_day=first_day,
        last_day=last_day,
        **counted,
        kinds=_kinds(first_day, last_day),
        checks=checks.count(),
        bad_checks=checks.filter(findings__gt=0).count(),
        anchors=told.count(),
        failed_anchors=told.filter(succeeded=False).count(),
    )


def _kinds(first: date, last: date) -> list[KindCount]:
    rows = (
        alerts.everything()
        .filter(day__gte=first, day__lte=last)
        .order_by("kind")
        .values("kind")
        .annotate(raised=Count("id"), waiting=Count("id", filter=Q(answered_at__isnull=True)))
    )
    found = {row["kind"]: row for row in rows}
    return [
        KindCount(str(kind.label), found[kind]["raised"], found[kind]["waiting"])
        for kind in Alert.Kind
        if kind in found
    ]


def tell_due(*, at: datetime) -> WeekTold | None:
    """From Monday morning on, mail last week's summary to the ward, once."""
    wished = lookouts.lookout()
    now = localtime(at)
    this_week = week_of(now.date())
    first_day = this_week - timedelta(days=7)
    if not (wished.summary_by_mail and wished.mailbox):
        return None
    if (now.date() == this_week and now.hour < HOUR) or _was_told(first_day):
        return None
    with translation.override("ja"):
        week = summary(first_day=first_day)
        error = lookouts.mail_ward(subject=_subject(week), body=letter(week))
    if error:
        alerts.raise_about(Matter(Alert.Kind.ANCHOR, "summary", 1, note=error), at=at)
        return None
    return _keep(first_day, at=at)


def _was_told(first_day: date) -> bool:
    return WeekTold.objects.filter(first_day=first_day).exists()


def _keep(first_day: date, *, at: datetime) -> WeekTold | None:
    try:
        with municipality_atomic():
            return WeekTold.objects.create(first_day=first_day, told_at=at)
    except IntegrityError:  # another worker told it in the same moment
        return None


def _subject(week: Summary) -> str:
    days = f"{week.first_day:%Y-%m-%d}～{week.last_day:%m-%d}"
    return _("閲覧記録の週のまとめ %(days)s（警告%(count)s件）") % {
        "days": days,
        "count": week.raised,
    }


def letter(week: Summary) -> str:
    """The summary as a mail: counts only; who and whom stand behind the sign-in."""
    lines = [
        current().name,
        _("閲覧記録の週のまとめ %(first)s から %(last)s まで")
        % {"first": week.first_day.isoformat(), "last": week.last_day.isoformat()},
        "",
        *(f"{words}: {count}" for words, count in week.counts()),
        "",
        _("警告: %(raised)s件（未回答 %(waiting)s件）")
        % {"raised": week.raised, "waiting": week.waiting},
        *(f"- {kind.words}: {kind.raised}（{kind.waiting}）" for kind in week.kinds),
        "",
        _("くわしくは、職員の画面の「警告」で確かめてください。個人情報は含みません。"),
    ]
    return "\n".join(lines) + "\n"
