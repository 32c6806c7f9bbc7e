"""Question: does the access log still stand as it was written? (閲覧記録の検証)

Reads the whole log in one snapshot, computes every link again from its lines, and holds the heads
against those told to a second place. What an owner of the database edits, takes away, slips in,
turns round or cuts off is found and named.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import connections

from privacy import chain, chain_reading, checkpoints, log_anchors
from privacy.anchor_lines import Anchored
from privacy.chain_reading import Link, Sum
from privacy.checkpoints import Beginning
from tenancy.current import current, municipality_atomic

MOST: Final = 200  # findings told; who breaks everything breaks more than anybody reads
EARLY: Final = timedelta(minutes=5)  # a clock may be this wrong
LATE: Final = timedelta(hours=2)  # the longest work that writes a line takes less


class Kind(StrEnum):
    """What is wrong."""

    CHANGED = "changed"  # lines or their order differ from what was linked
    LINE_GONE = "line_gone"
    LINK_GONE = "link_gone"
    STRANGER = "stranger"  # a line in no link, though no transaction can still be bringing it
    TWICE = "twice"  # a line in two links
    CUT_OFF = "cut_off"  # the second place remembers more than there is
    OTHER_HEAD = "other_head"  # the second place remembers another head: written anew
    FALSE_CUT = "false_cut"  # old lines were let go without the municipality's key
    PLACE = "place"  # the second place lost heads that it was told, or cannot be read
    CLOCK = "clock"  # a link or a line from the future, or a line slipped in long after its time
    NOT_LINKED = "not_linked"  # lines wait for far too long: the chainer does not run


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    kind: Kind
    number: int | None = None
    entry_id: int | None = None


@dataclass
class Report:
    """What was read, and what was found."""

    links: int = 0
    entries: int = 0
    unlinked: int = 0
    anchors: int = 0
    head: bytes = chain.FIRST
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def tell(self, kind: Kind, number: int | None = None, entry_id: int | None = None) -> None:
        """Add a finding."""
        if len(self.findings) < MOST:
            self.findings.append(Finding(kind, number, entry_id))


def verify(*, more_anchors: Iterable[Anchored] = (), at: datetime) -> Report:
    """Read everything and say what is wrong; `more_anchors`: heads kept by other people."""
    report = Report()
    with _snapshot():
        second_places = log_anchors.remembered()
        links = chain_reading.links()
        report.links = len(links)
        report.entries = sum(link.entries for link in links)
        if links:
            report.head = links[-1].head
        begins = _beginning(report)
        _check_order(links, begins, report, at=at)
        _check_heads(links, begins, report)
        _check_strangers(report, at=at)
        if second_places.lost:
            report.tell(Kind.PLACE)
        anchors = [*second_places.anchors, *more_anchors]
        _check_anchors({link.number: link for link in links}, begins, anchors, report)
    return report


def broken() -> list[str]:
    """How the chain does not fit itself: after drills and restores, which have no second place."""
    report = Report()
    with _snapshot():
        links = chain_reading.links()
        report.entries = sum(link.entries for link in links)
        begins = _beginning(report)
        _check_order(links, begins, report, at=None)
        _check_heads(links, begins, report)
        _check_strangers(report, at=None)
    found = [one for one in report.findings if one.kind != Kind.CLOCK]
    return [f"access log: {one.kind} {one.number or one.entry_id or ''}" for one in found]


@contextmanager
def _snapshot() -> Iterator[None]:
    connection = connections[current().database]
    with ExitStack() as stack:
        is_first = not connection.in_atomic_block
        stack.enter_context(municipality_atomic())
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _beginning(report: Report) -> Beginning:
    cut = checkpoints.last()
    if cut is not None and not checkpoints.is_genuine(cut):
        report.tell(Kind.FALSE_CUT, cut.number)
    return checkpoints.beginning()


def _check_order(
    links: list[Link], begins: Beginning, report: Report, *, at: datetime | None
) -> None:
    number, through, before = begins.number, begins.through, None
    for link in links:
        for missing in range(number + 1, min(link.number, number + 1 + MOST)):
            report.tell(Kind.LINK_GONE, missing)
        if link.number == number + 1 and link.through != through + link.entries:
            report.tell(Kind.CHANGED, link.number)
        if (before and link.linked_at < before) or (at and link.linked_at > at + EARLY):
            report.tell(Kind.CLOCK, link.number)
        number, through, before = link.number, link.through, link.linked_at


def _check_heads(links: list[Link], begins: Beginning, report: Report) -> None:
    """Each link from the head that is written before it: so only what is wrong is named."""
    sums = list(
        chain_reading.sums(links, begins=begins.head)
    )  # read to the end before anything else is asked
    before: Link | None = None
    for link, computed in zip(links, sums, strict=True):
        if computed.entries != link.entries:
            _tell_lost_lines(link, report)
        elif before is None and link.number > begins.number + 1:
            pass  # its head cannot be known: what is gone before it is told already
        elif computed.head != link.head and link.number == (before or begins).number + 1:
            report.tell(Kind.CHANGED, link.number)
        _check_moments(link, computed, before, report)
        before = link


def _tell_lost_lines(link: Link, report: Report) -> None:
    lost = chain_reading.lost_lines(link.number)
    for entry_id in lost[:MOST]:
        report.tell(Kind.LINE_GONE, link.number, entry_id)
    if not lost:
        report.tell(Kind.CHANGED, link.number)


def _check_moments(link: Link, computed: Sum, before: Link | None, report: Report) -> None:
    """A link takes all that waits, so what is old in it was not there at the link before."""
    if not computed.entries:
        return
    from_future = computed.latest > chain.microseconds(link.linked_at + EARLY)
    slipped_in = before and computed.earliest < chain.microseconds(before.linked_at - LATE)
    if from_future or slipped_in:
        report.tell(Kind.CLOCK, link.number)


def _check_strangers(report: Report, *, at: datetime | None) -> None:
    counted = chain_reading.counted()
    report.unlinked = counted.unlinked
    if at and counted.oldest_unlinked and counted.oldest_unlinked < at - LATE:
        report.tell(Kind.NOT_LINKED)
    if counted.noted_without_line:
        report.tell(Kind.LINE_GONE)
    if report.is_whole and counted.entries == report.entries + counted.unlinked:
        return
    for entry_id in chain_reading.strangers(most=MOST):
        report.tell(Kind.STRANGER, entry_id=entry_id)
    for entry_id in chain_reading.twice(most=MOST):
        report.tell(Kind.TWICE, entry_id=entry_id)


def _check_anchors(
    links: dict[int, Link], begins: Beginning, anchors: Iterable[Anchored], report: Report
) -> None:
    last = max(links, default=begins.number)
    for anchored in anchors:
        report.anchors += 1
        link = begins if anchored.number == begins.number else links.get(anchored.number)
        if anchored.number > last:
            report.tell(Kind.CUT_OFF, anchored.number)
        elif link and (link.head, link.through) != (anchored.head, anchored.through):
            report.tell(Kind.OTHER_HEAD, anchored.number)
