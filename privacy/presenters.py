"""How traces, the chain and alerts read: who, when, what; residents only as references."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import alerts, chain_links, log_anchors, lookouts
from privacy.acts import words_of
from privacy.models import Alert, CopyEnd, KeptCopy, LookReview
from privacy.references import short
from privacy.traces import Trace
from shared.calendar import day_of
from shared.templatetags.words import moment
from tenancy.permissions import Role


@dataclass(frozen=True)
class TraceLine:
    """One thing that was seen or done."""

    trace: Trace
    staff_name: str | None

    @property
    def who(self) -> str:
        """The account, or on whose side of the house it happened."""
        if self.staff_name:
            return self.staff_name
        return _("住民（Web）") if self.trace.role == "resident" else "—"

    @property
    def role(self) -> str:
        """The role at that moment."""
        return str(dict(Role.choices).get(self.trace.role, ""))

    @property
    def whose(self) -> str:
        """The record, as a reference that names nobody."""
        return short(self.trace.resident_id) if self.trace.resident_id else ""

    @property
    def call(self) -> str:
        """The call, as its first figures."""
        return self.trace.call_id.hex[:8].upper() if self.trace.call_id else ""


@dataclass(frozen=True)
class ChainState:
    """How the chain stands, in a few words and a tone."""

    facts: list[tuple[str | Promise, str]]
    tone: str
    open_alerts: int


NOT_YET = gettext_lazy("まだありません")


def chain_state(*, at: datetime) -> ChainState:
    """Last linked, last told elsewhere, last verified; and how many alerts wait."""
    link, told, check = chain_links.newest(), log_anchors.newest_told(), lookouts.newest_check()
    backlog = chain_links.backlog()
    linked = f"{moment(link.linked_at)}（{_('環')} {link.number}・{link.through}）" if link else ""
    verified = ""
    if check:
        verdict = _("異常なし") if not check.findings else _("異常あり")
        verified = f"{moment(check.checked_at)}　{verdict}"
    facts: list[tuple[str | Promise, str]] = [
        (_("最後に綴じた"), linked or str(NOT_YET)),
        (_("綴じるのを待つ記録"), str(backlog.entries)),
        (_("第二の場所への最後の写し"), moment(told.told_at) if told else str(NOT_YET)),
        (_("最後の検証"), verified or str(NOT_YET)),
    ]
    is_late = backlog.is_late(at=at, seconds=lookouts.LATE_SECONDS)
    is_wrong = bool(check and check.findings) or is_late
    waiting = alerts.open_ones().count()
    return ChainState(facts, "error" if is_wrong else "", waiting)


@dataclass(frozen=True)
class AlertLine:
    """One alert."""

    alert: Alert

    @property
    def about(self) -> str:
        """Which account, which reference, or which part of the house."""
        if self.alert.staff:
            return self.alert.staff.display_name
        return short(self.alert.resident_id) if self.alert.resident_id else ""

    @property
    def tone(self) -> str:
        """An open one asks for somebody; what is about the log itself asks loudest."""
        if self.alert.answered_at:
            return "positive"
        loud = {
            Alert.Kind.CHAIN,
            Alert.Kind.CHAINER,
            Alert.Kind.ANCHOR,
            Alert.Kind.COUNTS,
            Alert.Kind.ROSTER,
        }
        return "negative" if self.alert.kind in loud else "caution"

    @property
    def state(self) -> str:
        """Open or answered."""
        return _("回答済み") if self.alert.answered_at else _("未回答")


@dataclass(frozen=True)
class ReviewLine:
    """One look that was drawn by lot."""

    review: LookReview
    at: datetime

    @property
    def what(self) -> str:
        """The act in words."""
        return words_of(self.review.what)

    @property
    def whose(self) -> str:
        """The record, as a reference that names nobody."""
        return short(self.review.resident_id) if self.review.resident_id else ""

    @property
    def call(self) -> str:
        """The call, as its first figures."""
        return self.review.call_id.hex[:8].upper() if self.review.call_id else ""

    @property
    def state(self) -> str:
        """Its verdict, or that it waits."""
        if self.review.verdict:
            return str(LookReview.Verdict(self.review.verdict).label)
        return _("期限切れ") if self._is_late else _("未確認")

    @property
    def tone(self) -> str:
        """One that is late or not explained asks loudest."""
        if self.review.verdict == LookReview.Verdict.EXPLAINED:
            return "positive"
        return "negative" if self.review.verdict or self._is_late else "caution"

    @property
    def _is_late(self) -> bool:
        return self.review.due_on < day_of(self.at)


@dataclass(frozen=True)
class CopyLine:
    """One copy of the list."""

    copy: KeptCopy
    at: datetime

    @property
    def end(self) -> CopyEnd | None:
        """How it ended."""
        return getattr(self.copy, "end", None)

    @property
    def state(self) -> str:
        """Destroyed, kept, or kept for too long."""
        if self.end:
            return _("廃棄済み")
        return _("期限切れ") if self._is_overdue else _("保管中")

    @property
    def tone(self) -> str:
        """One past its day asks for somebody."""
        if self.end:
            return "info"
        return "negative" if self._is_overdue else "positive"

    @property
    def _is_overdue(self) -> bool:
        return self.copy.keep_until < day_of(self.at)
