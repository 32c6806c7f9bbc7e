"""Rule: what came back from the printer against what was sent (照合), envelope by envelope (S-123).

Every serial ends delivered or pulled, once, under its own number; whatever else is named.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from booking.mailings import Outcome, Sent
from booking.models import Envelope
from exchange.layouts.printing import NUMBER, SERIAL, PrintedRow
from exchange.layouts.problems import Code, Finding

State = Envelope.State
#: The printer's codes (1 印刷 … 5 損紙再印刷).
STATES: Final = {
    "1": State.PRINTED, "2": State.ENCLOSED, "3": State.DELIVERED, "4": State.PULLED,
    "5": State.SPOILED,
}  # fmt: skip
ENDS: Final = frozenset({State.DELIVERED, State.PULLED})
#: How many gaps of serials are written down; all are counted.
MOST_GAPS: Final = 200


@dataclass(slots=True)
class _Seen:
    """What a file says of one serial so far."""

    state: str
    happened_at: str = ""
    bundle: str = ""
    spoiled: int = 0


@dataclass
class Reconciliation:
    """One file against the envelopes of a mailing; rows that contradict them change nothing."""

    sent: Mapping[int, Sent]
    _seen: dict[int, _Seen] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def take(self, row: PrintedRow, number_index: bytes) -> Iterator[Finding]:
        """One row; an error (E) leaves the envelope as it was, a warning (W) does not."""
        serial = int(row.serial)
        envelope = self.sent.get(serial)
        if envelope is None:
            self._counts["unknown"] += 1
            yield Finding(SERIAL, Code.UNKNOWN_SERIAL, "この連番は印字データにありません。")
            return
        if envelope.number_index != number_index:
            self._counts["differs"] += 1
            yield Finding(NUMBER, Code.NUMBER_DIFFERS, "券番号が印字データのこの連番と違います。")
            return
        state = STATES[row.state]
        seen = self._seen.setdefault(serial, _Seen(envelope.state))
        if state in ENDS and seen.state in ENDS:
            self._counts["twice"] += 1
            yield Finding(
                SERIAL, Code.ENDED_TWICE, "この連番は、すでに納品または抜取で終わっています。"
            )
            return
        yield from self._warn(envelope, state)
        _note(seen, state, row)

    def _warn(self, envelope: Sent, state: str) -> Iterator[Finding]:
        if state == State.DELIVERED and envelope.is_on_pull_list:
            self._counts["not_pulled"] += 1
            yield Finding(SERIAL, Code.NOT_PULLED, "抜取リストにある封筒が納品されています。")
        if state == State.PULLED and not envelope.is_on_pull_list:
            self._counts["unasked"] += 1
            yield Finding(SERIAL, Code.PULLED_UNASKED, "抜取リストにない封筒が抜き取られています。")

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """How far each envelope has come by this file, by serial."""
        for serial, seen in self._seen.items():
            yield serial, Outcome(seen.state, seen.bundle, seen.spoiled)

    def summary(self) -> dict[str, Any]:
        """Counts and gaps; serials, never a person."""
        matched = Counter(
            seen.state for serial, seen in self._seen.items()
            if self.sent[serial].state not in ENDS
        )  # fmt: skip
        missing = [serial for serial in sorted(self.sent) if self._state(serial) not in ENDS]
        gaps = list(ranges(missing))
        return {
            "matched": sum(matched[one] for one in ENDS),
            "delivered": matched[State.DELIVERED],
            "pulled": matched[State.PULLED],
            "under_way": matched[State.PRINTED] + matched[State.ENCLOSED],
            "spoiled": sum(seen.spoiled for seen in self._seen.values()),
            "missing": len(missing),
            "gaps": gaps[:MOST_GAPS],
            "gaps_not_shown": max(0, len(gaps) - MOST_GAPS),
            **{
                name: self._counts[name]
                for name in ("unknown", "differs", "twice", "not_pulled", "unasked")
            },
        }

    def _state(self, serial: int) -> str:
        seen = self._seen.get(serial)
        return seen.state if seen else self.sent[serial].state


def _note(seen: _Seen, state: str, row: PrintedRow) -> None:
    """An end stays; before it the latest word holds, in whatever order the rows stand."""
    seen.spoiled += state == State.SPOILED
    seen.bundle = row.bundle or seen.bundle
    is_later = seen.state not in ENDS and row.happened_at >= seen.happened_at
    if state in ENDS or is_later:
        seen.state, seen.happened_at = state, row.happened_at


def ranges(serials: Iterable[int]) -> Iterator[str]:
    """Serials in order as few words: 3, 7-12."""
    first = last = None
    for serial in serials:
        if last is not None and serial == last + 1:
            last = serial
            continue
        if first is not None:
            yield _words(first, last)
        first = last = serial
    if first is not None:
        yield _words(first, last)


def _words(first: int, last: int | None) -> str:
    return f"{first:08}" if last in {first, None} else f"{first:08}-{last:08}"
