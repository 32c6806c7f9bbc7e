"""Lotteries in words (抽選の表示)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking import lottery
from booking.lottery import Check
from booking.lottery.drawing import Wish
from booking.lottery_forms import PART_CHOICES
from booking.models import Lottery, LotteryApplication
from booking.presenters.visits import VenueFacts
from shared.templatetags.words import short_day
from venues import directory

State, Stands = Lottery.State, LotteryApplication.State
TONES = {
    State.DRAFT: "neutral", State.ANNOUNCED: "positive", State.DRAWING: "caution",
    State.DONE: "neutral", State.WITHDRAWN: "negative",
}  # fmt: skip


@dataclass(frozen=True)
class PublicLine:
    """A lottery as anybody may read it."""

    lottery: Lottery
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether people may apply now."""
        return lottery.is_open(self.lottery, at=self.at)

    @property
    def is_drawn(self) -> bool:
        """Whether the result is there."""
        return self.lottery.state in Lottery.DRAWN

    @property
    def days(self) -> str:
        """The days of vaccination."""
        return f"{short_day(self.lottery.day_from)}〜{short_day(self.lottery.day_until)}"

    @property
    def who(self) -> str:
        """For whom."""
        return self.lottery.group.shown_name if self.lottery.group else _("すべての区分")

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        if self.is_drawn:
            return _("抽選が終わりました")
        if self.at < self.lottery.opens_at:
            return _("まだ始まっていません")
        return _("申込み受付中") if self.is_open else _("申込みは締め切りました")


@dataclass(frozen=True)
class ApplicationLine:
    """An application as its owner reads it."""

    application: LotteryApplication

    @property
    def is_applied(self) -> bool:
        """Whether it takes part."""
        return self.application.state == Stands.APPLIED

    @property
    def has_lost(self) -> bool:
        """Whether the draw, or the booking after it, gave nothing."""
        row = self.application
        gave_nothing = row.state in {Stands.LOST, Stands.NOT_ADMITTED} or row.refused_because
        return bool(gave_nothing)

    @property
    def has_won(self) -> bool:
        """Whether a place was drawn."""
        return self.application.state == Stands.WON and not self.application.refused_because

    @property
    def wishes(self) -> list[str]:
        """The wishes, in words."""
        names = {one.pk: VenueFacts(one).name for one in directory.venues()}
        return [_said(Wish.read(one), names) for one in self.application.wishes]


@dataclass(frozen=True)
class LotteryPage:
    """All that the staff's page of a lottery shows."""

    lottery: Lottery
    counts: dict[str, int]
    findings: list[Any]
    check: Check | None
    at: datetime

    @classmethod
    def of(cls, row: Lottery, *, at: datetime) -> "LotteryPage":
        """The page; a draw is worked out again while it is opened."""
        is_draft = row.state == State.DRAFT
        return cls(
            row, lottery.counts(row), lottery.findings(row, at=at) if is_draft else [],
            lottery.verify(row) if row.state in Lottery.DRAWN else None, at,
        )  # fmt: skip

    @property
    def line(self) -> PublicLine:
        """What residents read."""
        return PublicLine(self.lottery, self.at)

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return TONES[State(self.lottery.state)]

    @property
    def places(self) -> int:
        """How many places there are, or were when it was drawn."""
        drawn = self.lottery.drawn_from.get("places")
        return sum(one[3] for one in drawn) if drawn else lottery.places(self.lottery)

    @property
    def to_settle(self) -> int:
        """Results still to be booked and told."""
        return self.counts["won"] + self.counts["lost"] - self.counts["settled"]

    @property
    def may_close(self) -> bool:
        """Whether the window can be ended early."""
        return self.line.is_open

    @property
    def may_draw(self) -> bool:
        """Whether it waits to be drawn."""
        return self.lottery.state == State.ANNOUNCED and self.at >= self.lottery.closes_at

    @property
    def may_call_off(self) -> bool:
        """Whether it can still be called off."""
        return self.lottery.state in {State.DRAFT, State.ANNOUNCED}


def list_of(rows: list[Lottery], *, at: datetime) -> list[tuple[PublicLine, str]]:
    """The list of lotteries, each with the tone of its state."""
    return [(PublicLine(one, at), TONES[State(one.state)]) for one in rows]


def _said(wish: Wish, names: dict[int, str]) -> str:
    venue = names.get(wish.venue_id, "") if wish.venue_id else _("どの会場でも")
    day = short_day(wish.day) if wish.day else _("どの日でも")
    return f"{venue} {day} {dict(PART_CHOICES)[wish.part or '']}"
