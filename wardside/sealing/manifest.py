"""The cover sheet inside a container (manifest.json): what the CSV says it is."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from wardside.sealing.refusals import BadManifest

MAX_SIZE: Final = 16 * 1024

_TYPES: Final = {
    "layout": str,
    "version": int,
    "municipality_code": str,
    "base_date": str,
    "made_at": str,
    "rows": int,
    "sha256": str,
    "dummy": bool,
}
_SHAPES: Final = {
    "layout": re.compile("[A-Z]{3,4}"),
    "municipality_code": re.compile("[0-9]{6}"),
    "base_date": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "sha256": re.compile("[0-9a-f]{64}"),
}

_MARK: Final = {"number", "issued_by", "purpose"}
_LONGEST: Final = 120


@dataclass(frozen=True)
class Mark:
    """The watermark (透かし): the parcel's number, for whom it was made, and for what (T07)."""

    number: str
    issued_by: str
    purpose: str


@dataclass(frozen=True)
class Manifest:
    """What the maker says about the CSV beside it."""

    layout: str
    version: int
    municipality_code: str
    base_date: date
    made_at: datetime
    rows: int
    sha256: str
    dummy: bool
    mark: Mark | None = None  # a clerk's own list carries none

    def write(self) -> bytes:
        """The cover sheet as it lies in the container."""
        told = asdict(self) | {
            "base_date": self.base_date.isoformat(),
            "made_at": self.made_at.isoformat(timespec="seconds"),
        }
        if self.mark is None:
            del told["mark"]
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def read(raw: bytes) -> Manifest:
    """A cover sheet with exactly our keys, types and forms, or a refusal."""
    try:
        told = json.loads(raw.decode("utf-8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise BadManifest from None
    if not isinstance(told, dict) or told.keys() - {"mark"} != _TYPES.keys():
        raise BadManifest
    if any(type(told[key]) is not wanted for key, wanted in _TYPES.items()):
        raise BadManifest
    if any(shape.fullmatch(told[key]) is None for key, shape in _SHAPES.items()):
        raise BadManifest
    try:
        made_at = datetime.fromisoformat(told["made_at"])
        base_date = date.fromisoformat(told["base_date"])
    except ValueError:
        raise BadManifest from None
    if made_at.tzinfo is None or told["rows"] < 0 or told["version"] < 1:
        raise BadManifest
    mark = _mark(told["mark"]) if "mark" in told else None
    return Manifest(**(told | {"made_at": made_at, "base_date": base_date, "mark": mark}))


def plain_line(words: str) -> str:
    """One line that shows what it says: no control, no turned direction; at most 120 characters."""
    return "".join(one for one in words if one.isprintable() or one == "\u3000")[:_LONGEST]


def _mark(told: object) -> Mark:
    if not isinstance(told, dict) or told.keys() != _MARK:
        raise BadManifest
    if any(type(one) is not str or not one or plain_line(one) != one for one in told.values()):
        raise BadManifest
    return Mark(**told)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise BadManifest
    return told
