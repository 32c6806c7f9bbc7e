"""Draft, inspect, announce, close, call off (抽選の準備)."""

import secrets
import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.lottery import _refusals as no
from booking.lottery.drawing import hash_of
from booking.models import Lottery, LotteryApplication
from booking.rulebook import NoCourse, rulebook
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from venues.models import Bucket

State = Lottery.State
SEED_BYTES: Final = 32
FIELDS: Final = (
    "name", "programme", "vaccine", "group", "channel", "day_from", "day_until", "with_pairs", "opens_at",
    "closes_at",
)  # fmt: skip
KEPT_SECONDS: Final = 5
LEAST_AHEAD: Final = timedelta(hours=12)  # between the end of the window and the first slot


def draft(*, lottery: Lottery, by: Staff, at: datetime) -> Lottery:
    """Keep a new draft."""
    lottery.edited_by, lottery.edited_at, lottery.state = by, at, State.DRAFT
    lottery.save(force_insert=True)
    return lottery


def change(*, lottery: Lottery, shown: int, by: Staff, at: datetime) -> Lottery:
    """Change a draft that is still as it was shown."""
    with municipality_atomic():
        row = _locked(lottery.pk, shown, State.DRAFT)
        for name in FIELDS:
            setattr(row, name, getattr(lottery, name))
        row.edited_by, row.edited_at = by, at
        _keep(row)
    return row


def announce(*, lottery: Lottery, shown: int, by: Staff, at: datetime) -> Lottery:
    """The second person publishes it: the seed is drawn now, and only its hash is shown."""
    with municipality_atomic():
        row = _locked(lottery.pk, shown, State.DRAFT)
        if row.edited_by_id == by.pk:
            raise no.SamePerson
        if findings(row, at=at):
            raise no.HasErrors
        row.seed = secrets.token_hex(SEED_BYTES)
        row.seed_hash = hash_of(str(row.seed))
        row.state, row.announced_by, row.announced_at = State.ANNOUNCED, by, at
        _keep(row)
    return row


def close(*, lottery: Lottery, shown: int, at: datetime) -> Lottery:
    """End the window early, from this moment on."""
    with municipality_atomic():
        row = _locked(lottery.pk, shown, State.ANNOUNCED)
        if not row.opens_at < at < row.closes_at:
            raise no.ChangedMeanwhile
        row.closes_at = at
        _keep(row)
    return row


def call_off(*, lottery: Lottery, shown: int, reason: str, at: datetime) -> Lottery:
    """No draw: applications are void, nobody got anything. Not once it has been drawn."""
    if not reason.strip():
        raise no.NoReason
    with municipality_atomic():
        row = _locked(lottery.pk, shown, State.ANNOUNCED, State.DRAFT)
        row.state, row.ended_at, row.reason = State.WITHDRAWN, at, reason.strip()[:100]
        _keep(row)
    return row


def findings(lottery: Lottery, *, at: datetime) -> list[str | Promise]:
    """What keeps a lottery from being announced, each a morning that would have gone wrong."""
    found: list[str | Promise] = []
    if lottery.closes_at <= at:
        found.append(_("申込みの締切が過ぎています。"))
    rows = buckets(lottery)
    if not rows.filter(capacity__gt=0).exists():
        found.append(_("この期間に、抽選に使える枠（予備の枠）がありません。"))
    if rows.filter(bookable_from__gt=lottery.closes_at).exists():
        found.append(
            _("予約受付開始が申込みの締切より後の日があります。当選しても予約できません。")
        )
    if rows.filter(slot__starts_at__lt=lottery.closes_at + LEAST_AHEAD).exists():
        found.append(_("申込みの締切から12時間以内に始まる枠があります。結果が間に合いません。"))
    book = rulebook()
    groups = [one for one in book.groups if lottery.group_id in {None, one.group_id}]
    if not any(one.bookable_from <= lottery.opens_at and not one.is_external for one in groups):
        found.append(_("申込開始のときに予約できる優先区分がありません。"))
    try:
        course = book.course(lottery.vaccine_id, lottery.day_from, lottery.programme_id)
    except NoCourse:
        found.append(_("このワクチンの接種計画がありません。"))
    else:
        if lottery.with_pairs and course.doses < 2:
            found.append(_("このワクチンは1回だけなので、2回分の抽選にできません。"))
        apart = (lottery.day_until - lottery.day_from).days
        if lottery.with_pairs and apart < course.earliest_days:
            found.append(_("期間が接種間隔より短いため、2回目の枠がありません。"))
    return found


def buckets(lottery: Lottery) -> "QuerySet[Bucket]":
    """The buckets a lottery draws for."""
    return Bucket.objects.filter(
        channel=lottery.channel, is_open=True, slot__opening__vaccine=lottery.vaccine_id,
        slot__opening__programme=lottery.programme_id,
        slot__opening__day__range=(lottery.day_from, lottery.day_until),
    )  # fmt: skip


def places(lottery: Lottery) -> int:
    """How many places there are for it now."""
    found = buckets(lottery).aggregate(places=Sum("capacity"), gone=Sum("taken"), held=Sum("held"))
    return (found["places"] or 0) - (found["gone"] or 0) - (found["held"] or 0)


def counts(lottery: Lottery) -> dict[str, int]:
    """How many applications are in which state, and how many are settled."""
    rows = LotteryApplication.objects.filter(lottery=lottery)
    states = LotteryApplication.State.values
    asked = {state: _count(Q(state=state)) for state in states}
    found: dict[str, int] = rows.aggregate(
        **asked, settled=_count(Q(settled_at__isnull=False)),
        refused=_count(~Q(refused_because="")),
    )  # fmt: skip
    return found


def all_of() -> list[Lottery]:
    """Every lottery, the newest window first."""
    return list(Lottery.objects.select_related("vaccine", "group", "edited_by"))


def shown_to_residents(*, at: datetime) -> list[Lottery]:
    """What residents may see: announced, drawn, or over for less than three months."""
    rows = Lottery.objects.select_related("group").exclude(state__in=(State.DRAFT, State.WITHDRAWN))
    return list(rows.filter(closes_at__gt=at - timedelta(days=90)))


def any_shown(*, at: datetime) -> bool:
    """Whether the first page should speak of lotteries; kept for a few seconds, as many ask."""
    code, now = current().code, time.monotonic()
    kept = _kept.get(code)
    if kept is None or kept[0] <= now:
        kept = _kept[code] = (now + KEPT_SECONDS, bool(shown_to_residents(at=at)))
    return kept[1]


def forget_kept() -> None:
    """Drop what this process keeps."""
    _kept.clear()


_kept: dict[str, tuple[float, bool]] = {}


def find(pk: UUID) -> Lottery | None:
    """One lottery."""
    rows = Lottery.objects.select_related("vaccine", "group", "edited_by", "announced_by")
    return rows.select_related("drawn_by").filter(pk=pk).first()


def _count(condition: Q) -> Count:
    return Count("pk", filter=condition)


def _locked(pk: UUID, shown: int, *states: str) -> Lottery:
    row = Lottery.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None or row.version != shown or row.state not in states:
        raise no.ChangedMeanwhile
    return row


def _keep(row: Lottery) -> None:
    row.version += 1
    row.save()
    forget_kept()
