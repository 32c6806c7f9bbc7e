"""Which names may stand inside a container (中のファイル名)."""

import re
from collections.abc import Sequence
from typing import Final

from wardside.sealing.refusals import StrangeEntries

MANIFEST: Final = "manifest.json"
#: Papers that lie beside the CSV of an incident pack.
BESIDE: Final = frozenset({"report.txt", "log_lines.csv", "chain_proof.json"})

_AGREED: Final = re.compile(r"([A-Z]{3,4})_([0-9]{6})_([0-9]{8})_([0-9]{3})\.csv")


def check(names: Sequence[str]) -> None:
    """Refuse names that were not agreed on, repeated, hidden, or paths."""
    if len(set(names)) != len(names):
        raise StrangeEntries
    the_csv(names)


def the_csv(names: Sequence[str]) -> str:
    """The one CSV with an agreed name; the cover sheet and known papers may lie beside it."""
    data = [name for name in names if name != MANIFEST and name not in BESIDE]
    if len(data) != 1 or _AGREED.fullmatch(data[0]) is None:
        raise StrangeEntries
    return data[0]


def municipality_of(name: str) -> str:
    """The municipality code an agreed name tells."""
    agreed = _AGREED.fullmatch(name)
    assert agreed is not None
    return agreed[2]
