"""The demand of the last minutes as bars, a table and a file (申込みの状況)."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontdoor import reports
from frontdoor.reports import Minute
from shared.calendar import TOKYO

WIDTH, HEIGHT = 720, 160
REASONS = {
    "full": _("満員（先に取られた）"),
    "pair_not_free": _("1回目と2回目の両方は取れなかった"),
    "already_reserved": _("すでに予約がある"),
    "not_permitted": _("接種券が使えない"),
    "not_bookable": _("決まりで予約できない（年齢・間隔・時期）"),
    "stopped": _("受付を停止中"),
    "changed_meanwhile": _("ほかの画面で変更された"),
    "refused": _("その他"),
}
CHANNELS = {
    "web": _("インターネット"),
    "phone": _("電話"),
    "walk_in": _("会場"),
    "reserve": _("予備"),
}


@dataclass(frozen=True)
class Bar:
    """One minute in a chart."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars of one figure, with the words a reader hears instead."""

    title: str | Promise
    bars: tuple[Bar, ...]
    most: int
    total: int
    at_most: datetime | None
    is_gauge: bool


CHARTS: tuple[tuple[str | Promise, Callable[[Minute], int], bool], ...] = (
    (_("入口に来た人"), lambda one: one.of("came"), False),
    (_("手続きに入った人"), lambda one: one.of("let_in"), False),
    (_("待っている人"), lambda one: one.of("waiting"), True),
    (_("予約の申込み"), lambda one: one.of("asked"), False),
    (_("取れた予約"), lambda one: one.of("given"), False),
    (_("取れなかった申込み"), lambda one: one.refused, False),
)


def charts(found: Sequence[Minute]) -> list[Chart]:
    """One chart a figure, all over the same minutes."""
    return [_chart(title, found, of, is_gauge=gauge) for title, of, gauge in CHARTS]


def _chart(
    title: str | Promise, found: Sequence[Minute], of: Callable[[Minute], int], *, is_gauge: bool
) -> Chart:
    values = [of(minute) for minute in found]
    most = max(values, default=0)
    step = WIDTH / max(1, len(values))
    bars = tuple(
        Bar(round(n * step, 1), round(HEIGHT - HEIGHT * value / most, 1), round(step * 0.8, 1),
            round(HEIGHT * value / most, 1))
        for n, value in enumerate(values)
        if value
    )  # fmt: skip
    peak = found[values.index(most)].minute if most else None
    return Chart(title, bars, most, most if is_gauge else sum(values), peak, is_gauge)


@dataclass(frozen=True)
class Row:
    """One minute of the table."""

    clock: datetime
    numbers: tuple[int | str, ...]


def rows(found: Sequence[Minute]) -> list[Row]:
    """The minutes in which something happened, newest first."""
    return [_row(minute) for minute in reversed(found) if minute.figures]


def _row(one: Minute) -> Row:
    minutes = one.of("wait_minutes")
    return Row(
        one.minute,
        (
            one.of("came"), one.of("let_in"), one.of("waiting"),
            minutes or "－", one.of("asked", "web"), one.of("asked", "phone"),
            one.of("given"), one.refused,
        ),
    )  # fmt: skip


def reason_rows(found: Sequence[Minute]) -> list[tuple[str | Promise, str | Promise, int]]:
    """Channel, reason in words, how often."""
    return [
        (CHANNELS.get(channel, channel), REASONS.get(reason, reason), count)
        for (channel, reason), count in reports.refusals(found).items()
    ]


def as_csv(found: Sequence[Minute]) -> bytes:
    """Every figure of every minute; counts only."""
    said = io.StringIO()
    said.write("\ufeff")
    table = csv.writer(said, lineterminator="\r\n")
    kinds = reports.kinds(found)
    table.writerow(["minute", *(f"{channel}.{what}" for channel, what in kinds)])
    for minute in found:
        at = f"{minute.minute.astimezone(TOKYO):%Y-%m-%d %H:%M}"
        table.writerow([at, *(minute.figures.get(kind, 0) for kind in kinds)])
    return said.getvalue().encode()
