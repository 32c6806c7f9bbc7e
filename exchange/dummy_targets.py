"""Dummy people for a target list (ダミー対象者): realistic shapes, names and places of nobody.

The same seed gives the same people, so that a test or a rehearsal can be repeated.
"""

from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from exchange.layouts.characters import fits_cp932
from exchange.layouts.target_list import NEW, OWN_RESIDENT, TargetRow


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FAMILIES: Final = _words("""
見本 試験 架空 仮名 例示 模擬 雛形 標本 演習 検証 試行 試作 想定 仮想 練習 例題
見本田 試験山 架空川 仮名村 例示野 模擬島 雛形崎 標本谷 演習沢 検証林 試行森 想定橋
""")
_MEN: Final = _words("""
太郎 一郎 二郎 三郎 四郎 五郎 六郎 七郎 八郎 九郎 正 清 茂 勇 実 進 昭 隆 誠 学 健 翔 蓮 陽
""")
_WOMEN: Final = _words("""
花子 一子 二三子 正子 清子 和子 幸子 節子 文 静 梅 桜 松子 千代 由美 恵 愛 葵 凛 結 陽菜 咲
""")
# Characters that old systems lose: CP932 extensions, outside the BMP, compatibility, IVS.
_RARE_FAMILIES: Final = (
    "髙見本",
    "﨑試験",
    "𠮷架空",
    "濵例示",
    "德模擬",
    "神\U000e0100雛形",
    "邊\U000e0101標本",
    "\ufa19演習",
    "㐂検証",
)
_ROMAN: Final = (
    "SAMPLE MARIA TEST DE LA EXAMPLE",
    "DUMMY NGUYEN THI MIHON",
    "EXAMPLE JOHN ALEXANDER SPECIMEN",
    "TESTER ABDUL RAHMAN BIN SAMPLE",
    "MOCK ANNA",
    "SPECIMEN PLACEHOLDER CONSTANTINOPOLITANO MAXIMILIANA FICTIVA DA SILVA EXEMPLO",
    "KARI LI",
)
_TOWNS: Final = _words("架空町 見本町 試験町 例示町 仮名台 模擬が丘 雛形 標本本町")
_HOUSES: Final = (
    "",
    "",
    "",
    "　ダミー荘１０１",
    "　見本ハイツ２０３号室",
    "　架空マンション１２０５",
)

#: Youngest age of a band and how many of a hundred thousand people are in it.
_AGE_BANDS: Final = (
    (12, 15, 2500),
    (16, 19, 3500),
    (20, 39, 36000),
    (40, 59, 31000),
    (60, 64, 5800),
    (65, 74, 10200),
    (75, 89, 9600),
    (90, 104, 1400),
)
_BAND_ENDS: Final = tuple(accumulate(weight for _, _, weight in _AGE_BANDS))

# Multiplying by a number without the factors 2 and 5 visits all seven-digit numbers once.
_STRIDE: Final = 7_654_321
_NUMBERS: Final = 10_000_000


@dataclass(frozen=True)
class Wish:
    """How many people, of which municipality, and how awkward."""

    people: int
    municipality_code: str
    base_date: date
    seed: int = 1
    gaiji: int = 0
    errors: int = 0
    only_cp932: bool = False


class TooMany(ValueError):
    """More people than there are dummy voucher numbers."""


def voucher_number(*, seed: int, serial: int) -> str:
    """The voucher number of one dummy person: unique within a seed, of a series never issued."""
    return f"999{(serial * _STRIDE + seed * 1_000_003) % _NUMBERS:07}"


def rows(wish: Wish) -> Iterator[TargetRow]:
    """People who do not exist, as rows of a target list; awkward ones are spread evenly."""
    if wish.people > _NUMBERS:
        raise TooMany(wish.people)
    make = _Maker(wish).person
    spoilt = _spoilt(wish)
    for serial in range(wish.people):
        row = make(serial)
        spoil = spoilt.get(serial)
        yield row if spoil is None else spoil(row)


class _Maker:
    """Draws people one after another from one seeded source."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._draw = Random(wish.seed).random  # noqa: S311 - dummy people, repeatable on purpose
        self._families = tuple(
            name for name in _RARE_FAMILIES if not wish.only_cp932 or fits_cp932(name)
        )

    def person(self, serial: int) -> TargetRow:
        draw, wish = self._draw, self._wish
        is_woman = draw() < 0.52
        chance = draw()
        return TargetRow(
            NEW,
            wish.municipality_code,
            voucher_number(seed=wish.seed, serial=serial),
            "",
            self._name(is_woman=is_woman),
            self._born_on(),
            "0" if chance > 0.999 else ("2" if is_woman else "1"),
            f"199-99{int(draw() * 100):02}",
            self._address(),
            "0" if chance < 0.985 else ("1" if chance < 0.993 else "2"),
            OWN_RESIDENT,
        )

    def _name(self, *, is_woman: bool) -> str:
        draw = self._draw
        kind = draw()
        if kind < 0.05:
            return _ROMAN[int(draw() * len(_ROMAN))]
        families = self._families if kind < 0.08 else _FAMILIES
        given = _WOMEN if is_woman else _MEN
        return f"{families[int(draw() * len(families))]}　{given[int(draw() * len(given))]}"

    def _born_on(self) -> str:
        draw = self._draw
        youngest, oldest, _ = _AGE_BANDS[bisect(_BAND_ENDS, draw() * _BAND_ENDS[-1])]
        # The birthday falls in the year before the base date, so the age is reached by then.
        age = youngest + int(draw() * (oldest - youngest + 1))
        base = self._wish.base_date
        last = date(base.year - age, base.month, min(base.day, 28))
        return (last - timedelta(days=int(draw() * 365))).isoformat()

    def _address(self) -> str:
        draw = self._draw
        town = _TOWNS[int(draw() * len(_TOWNS))]
        house = _HOUSES[int(draw() * len(_HOUSES))]
        block, number = 1 + int(draw() * 40), 1 + int(draw() * 30)
        return f"東京都見本市{town}９９丁目{block}番{number}号{house}（ダミー）"


def _with_gaiji(row: TargetRow) -> TargetRow:
    return row._replace(name="\ue000" + row.name[1:])


def _with_placeholder(row: TargetRow) -> TargetRow:
    return row._replace(name="〓" + row.name[1:])


_GAIJI: Final[tuple[Callable[[TargetRow], TargetRow], ...]] = (_with_gaiji, _with_placeholder)

#: One way each to be wrong, in the order of the error codes.
_ERRORS: Final[tuple[Callable[[TargetRow], TargetRow], ...]] = (
    lambda row: row._replace(voucher_number=row.voucher_number + "0"),
    lambda row: row._replace(voucher_number=row.voucher_number[:-1] + "９"),
    lambda row: row._replace(name=""),
    lambda row: row._replace(sex="3"),
    lambda row: row._replace(born_on="1950-02-30"),
    lambda row: row._replace(born_on="2999-01-01"),
    lambda row: row._replace(municipality_code="999998"),
    lambda row: row._replace(name="＝" + row.name),
    lambda row: row._replace(voucher_number="9.99E+09"),
    lambda row: row._replace(old_voucher_number="9980000001"),
)


def _spoilt(wish: Wish) -> dict[int, Callable[[TargetRow], TargetRow]]:
    """Which serial is spoilt in which way, spread over the whole list."""
    ways = [_GAIJI[at % len(_GAIJI)] for at in range(wish.gaiji)]
    ways += [_ERRORS[at % len(_ERRORS)] for at in range(wish.errors)]
    if len(ways) > wish.people:
        raise TooMany(len(ways))
    return {at * wish.people // len(ways): way for at, way in enumerate(ways)}
