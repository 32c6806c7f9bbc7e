r"""Rule: how the lines of the access log are bound into a chain (連鎖).

A line is written as PostgreSQL's COPY writes it (tab-separated, `\N` for nothing, UTF-8), its
moment as microseconds since 1970. A link's head is

    SHA-256( head before ‖ "waku-chain-1" TAB code TAB number TAB entries TAB through TAB moment LF
             ‖ each line with its LF )

and the head before the first link is 32 zero bytes. Anybody can compute it again elsewhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

FIRST: Final = bytes(32)
VERSION: Final = "waku-chain-1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# The columns of a line, in the order in which they are hashed.
LINE: Final = (
    "e.id, (extract(epoch FROM e.happened_at) * 1000000)::bigint, e.staff_id, e.role, e.network, "
    "e.request_id, e.resident_id, e.what, e.why, e.call_id, e.count, e.succeeded"
)


def microseconds(moment: datetime) -> int:
    """A moment as the chain writes it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Title:
    """What a link says of itself."""

    municipality_code: str
    number: int
    entries: int
    through: int
    linked_at: datetime

    def line(self) -> bytes:
        """The first line under a link's head."""
        parts = (
            VERSION, self.municipality_code, self.number, self.entries, self.through,
            microseconds(self.linked_at),
        )  # fmt: skip
        return "\t".join(map(str, parts)).encode() + b"\n"


def begun(before: bytes, title: Title) -> "hashlib._Hash":
    """A digest that wants the link's lines and then says its head."""
    return hashlib.sha256(before + title.line())
