"""A ward clerk of the demo: dummy people as a CSV, sealed as 7-Zip seals with AES-256."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from config.demo.cast import Town
from exchange import dummy_targets, sealing
from exchange.layouts import TARGET_LIST
from exchange.layouts.writing import write
from shared.calendar import day_of

EXTRA_PEOPLE: Final = 50
EXTRA_SEED: Final = 3
FILE_PASSWORD: Final = "waku-demo-clerk"  # noqa: S105 dummy people, shown on the guide


@dataclass(frozen=True)
class SealedList:
    """A sealed target list, and what its cover letter says."""

    path: Path
    base_date: date
    people: int
    password: str = FILE_PASSWORD


def seal_list(
    *, town: Town, people: int, seed: int, base_date: date, to: Path, at: datetime
) -> SealedList:
    """Write the list; the same seed and day give the same people, and a file that is there stays."""
    if not to.exists():
        to.parent.mkdir(parents=True, exist_ok=True)
        wish = dummy_targets.Wish(
            people=people, municipality_code=town.code, base_date=base_date, seed=seed
        )
        with suppress(FileExistsError):  # somebody else was faster with the same people
            sealing.seal_like_a_clerk(
                chunks=write(layout=TARGET_LIST, rows=dummy_targets.rows(wish)),
                name=f"TGT_{town.code}_{base_date:%Y%m%d}_{seed:03}.csv",
                to=to,
                password=FILE_PASSWORD,
                at=at,
            )
    return SealedList(path=to, base_date=base_date, people=people)


def extra_list(*, town: Town, at: datetime) -> SealedList:
    """A list of more people that a visitor of the demo can hand in."""
    base_date = day_of(at)
    return seal_list(
        town=town,
        people=EXTRA_PEOPLE,
        seed=EXTRA_SEED,
        base_date=base_date,
        to=folder() / f"tsuika-{town.code}-{base_date:%Y%m%d}.zip",
        at=at,
    )


def folder() -> Path:
    """Where the clerk's files lie."""
    return Path(settings.WAKU_SPOOL).parent / "clerk"
