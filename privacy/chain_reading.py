"""Questions to the chain's own tables, for the one who verifies it; see privacy.verifying."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connections

from privacy import chain
from privacy.models import ChainLink
from tenancy.current import current

GROUP: Final = 50_000  # lines read at once
_LINES = (
    f"COPY (SELECT l.number, {chain.LINE} FROM privacy_chainlink l, "
    "unnest(l.entry_ids) WITH ORDINALITY AS held (id, place) "
    "JOIN privacy_accessentry e ON e.id = held.id "
    "WHERE l.number BETWEEN %s AND %s ORDER BY l.number, held.place) TO STDOUT"
)
_HELD = "(SELECT unnest(entry_ids) AS id FROM privacy_chainlink)"


@dataclass(frozen=True)
class Link:
    """A link as it is written, without its list of lines."""

    number: int
    entries: int
    through: int
    head: bytes
    linked_at: datetime


@dataclass(frozen=True)
class Sum:
    """A link as it is computed from its lines."""

    entries: int
    head: bytes
    earliest: int
    latest: int


def links() -> list[Link]:
    """Every link, in order."""
    rows = ChainLink.objects.order_by("number").values_list(
        "number", "entries", "through", "head", "linked_at"
    )
    return [Link(number, entries, through, bytes(head), moment) for number, entries, through, head, moment in rows]  # fmt: skip


def sums(links: list[Link], *, begins: bytes = chain.FIRST) -> Iterator[Sum]:
    """What each link's lines come to, from the head that is written before it."""
    lines = _lines(links)
    held = next(lines, None)
    before = begins
    for link in links:
        digest = chain.begun(before, _title(link))
        count, earliest, latest = 0, 0, 0
        while held and held[0] == link.number:
            digest.update(held[1])
            moment = int(held[1].split(b"\t", 2)[1])
            earliest = min(earliest, moment) if count else moment
            latest = max(latest, moment)
            count += 1
            held = next(lines, None)
        yield Sum(count, digest.digest(), earliest, latest)
        before = link.head


def _title(link: Link) -> chain.Title:
    return chain.Title(current().code, link.number, link.entries, link.through, link.linked_at)


def _lines(links: list[Link]) -> Iterator[tuple[int, bytes]]:
    """(number of its link, the line) of every linked line, a group of links at a time."""
    for first, last in _groups(links):
        with connections[current().database].cursor() as cursor:
            with cursor.copy(_LINES, [first, last]) as copy:
                for row in copy:
                    number, _tab, line = bytes(row).partition(b"\t")
                    yield int(number), line


def _groups(links: list[Link]) -> Iterator[tuple[int, int]]:
    first, held = None, 0
    for link in links:
        first = link.number if first is None else first
        held += link.entries
        if held >= GROUP or link is links[-1]:
            yield first, link.number
            first, held = None, 0


@dataclass(frozen=True)
class Counted:
    """How many lines there are, and how many of them wait."""

    entries: int
    unlinked: int
    noted_without_line: int
    oldest_unlinked: datetime | None


def counted() -> Counted:
    """Lines, notes, notes whose line is gone, and the oldest line that waits."""
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_accessentry")
        (entries,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(e.id), count(*) - count(e.id), min(e.happened_at) "
            "FROM privacy_unlinkedentry u LEFT JOIN privacy_accessentry e ON e.id = u.entry_id"
        )
        unlinked, without, oldest = cursor.fetchone()
    return Counted(entries, unlinked, without, oldest)


def lost_lines(number: int) -> list[int]:
    """Lines that a link holds and the log does not."""
    return _ids(
        "SELECT held.id FROM privacy_chainlink l, unnest(l.entry_ids) AS held (id) "
        "WHERE l.number = %s AND NOT EXISTS "
        "(SELECT 1 FROM privacy_accessentry e WHERE e.id = held.id) ORDER BY held.id",
        [number],
    )


def strangers(*, most: int) -> list[int]:
    """Lines that are in no link and do not wait for one either."""
    return _ids(
        "SELECT e.id FROM privacy_accessentry e WHERE NOT EXISTS "
        "(SELECT 1 FROM privacy_unlinkedentry u WHERE u.entry_id = e.id) "
        f"AND NOT EXISTS (SELECT 1 FROM {_HELD} held WHERE held.id = e.id) ORDER BY e.id LIMIT %s",
        [most],
    )


def twice(*, most: int) -> list[int]:
    """Lines that several links hold."""
    return _ids(
        f"SELECT held.id FROM {_HELD} held GROUP BY held.id HAVING count(*) > 1 LIMIT %s", [most]
    )


def _ids(statement: str, values: list[int]) -> list[int]:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, values)
        return [found for (found,) in cursor.fetchall()]
