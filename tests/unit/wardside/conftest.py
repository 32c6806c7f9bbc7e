"""A ward's desk: a ledger of people who do not exist, folders, and the command as a clerk runs it."""

import io
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.unit.exchange.conftest import here, officers  # noqa: F401 - fixtures
from wardside.command import main
from wardside.desk import TOKYO, Desk

CODE = "999997"
AT = datetime(2026, 6, 1, 9, 30, tzinfo=TOKYO)
HEADERS = (
    "宛名番号", "接種券番号", "氏名", "生年月日", "性別", "郵便番号", "住所", "転出死亡フラグ",
    "発送回", "備考", "1回目接種状況", "1回目接種年月日", "1回目接種会場名", "1回目接種医師名",
    "1回目ワクチンメーカー", "1回目ロット番号", "2回目接種状況", "2回目接種年月日",
)  # fmt: skip


def person(at, **changes):
    told = dict.fromkeys(HEADERS, "") | {
        "宛名番号": f"{at:08}", "接種券番号": f"{9990000000 + at}", "氏名": "見本　太郎",
        "生年月日": f"{1930 + at % 80}/4/1", "性別": "男女"[at % 2], "郵便番号": "1600022",
        "住所": f"東京都見本区ダミー町{at}番", "転出死亡フラグ": "", "発送回": str(1 + at % 2),
    }  # fmt: skip
    return told | changes


def csv_of(people, headers=HEADERS, *, newline="\r\n"):
    rows = [headers, *[[one[header] for header in headers] for one in people]]
    return "".join(",".join(f'"{cell}"' for cell in row) + newline for row in rows)


@dataclass
class Ran:
    """How a command ended, and what it said."""

    exit: int
    out: str
    err: str

    @property
    def said(self):
        return self.out + self.err


@pytest.fixture
def run():
    """The command, in this process."""

    def run(*words, typed="", password=None, at=AT):
        language = "en" if "en" in words else "ja"
        desk = Desk(language, io.StringIO(), io.StringIO(), io.StringIO(typed), at)
        desk.ask = lambda _: password
        return Ran(
            main([str(word) for word in words], desk=desk), desk.out.getvalue(), desk.err.getvalue()
        )

    return run


@pytest.fixture
def ledger(tmp_path):
    """A ledger CSV as the health system writes it."""

    def make(people, *, encoding="cp932", headers=HEADERS, name="ledger.csv", raw=None):
        path = tmp_path / name
        path.write_bytes(csv_of(people, headers).encode(encoding) if raw is None else raw)
        return path

    return make


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def notice(tmp_path):
    folder = tmp_path / "notice"
    folder.mkdir()
    return folder


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))
