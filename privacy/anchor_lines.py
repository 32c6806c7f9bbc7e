"""Rule: how a head is written down in the second place, one line each, and read back."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from privacy.chain import VERSION


class NotAnAnchor(ValueError):
    """A line that says no head."""


@dataclass(frozen=True)
class Anchored:
    """A head as the second place remembers it."""

    municipality_code: str
    number: int
    through: int
    head: bytes
    told_at: datetime


def written(anchored: Anchored) -> str:
    """The line, without its end."""
    return json.dumps(
        {
            "chain": VERSION,
            "municipality": anchored.municipality_code,
            "link": anchored.number,
            "entries": anchored.through,
            "head": anchored.head.hex(),
            "told_at": anchored.told_at.isoformat(),
        }
    )


def read(line: str) -> Anchored:
    """What a line says; NotAnAnchor where it says nothing of ours."""
    try:
        said = json.loads(line)
        head = bytes.fromhex(said["head"])
        if said["chain"] != VERSION or len(head) != 32:
            raise NotAnAnchor(line)
        return Anchored(
            municipality_code=str(said["municipality"]),
            number=int(said["link"]),
            through=int(said["entries"]),
            head=head,
            told_at=datetime.fromisoformat(said["told_at"]),
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise NotAnAnchor(line) from fault


def found_in(text: str, *, municipality_code: str) -> Iterator[Anchored]:
    """Every head of one municipality in a text: a file of lines, or mails saved as text."""
    return _of(text.splitlines(), municipality_code)


def _of(lines: Iterable[str], municipality_code: str) -> Iterator[Anchored]:
    for line in lines:
        start = line.find('{"chain"')
        if start < 0:
            continue
        anchored = read(line[start:].strip())
        if anchored.municipality_code == municipality_code:
            yield anchored
