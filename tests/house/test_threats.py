"""docs/security/threats.md: what could be done to this house, and the tests that hold against it.

`WAKU_WRITE=1 pytest tests/house/test_threats.py` writes the page anew from threats.toml.
"""

import os
import tomllib

from tests.house.sources import ROOT, assert_none
from tests.house.test_requirements_map import exists

SOURCE, PAGE = (
    ROOT / "docs" / "security" / "threats.toml",
    ROOT / "docs" / "security" / "threats.md",
)
LAST = 54


def table():
    found = tomllib.loads(SOURCE.read_text("utf-8"))
    return set(found["named"]), found["rows"]


def page():
    lines = [
        "# 脅威と試験 Threats and the tests that hold against them", "",
        "Made from threats.toml by `tests/house/test_threats.py`. Tests are named under `tests/`.", "",
        "| # | Who does what | Held by |", "|---|---|---|",
    ]  # fmt: skip
    for name, row in table()[1].items():
        lines.append(f"| {name} | {row['asks']} | {held_by(row)} |")
    return "\n".join([*lines, ""])


def held_by(row):
    said = [f"`{one}`" for one in row.get("tests", ())]
    said += [f"next: {row['next']}"] if "next" in row else []
    return "; ".join(said + ([row["why"]] if "why" in row else []))


class TestTheTable:
    def test_has_every_threat_once_and_in_order(self):
        assert list(table()[1]) == [f"T{number:02}" for number in range(1, LAST + 1)]

    def test_gives_each_a_test_or_says_what_is_missing(self):
        named, rows = table()

        assert_none(one for one, row in rows.items() if not {"tests", "next", "why"} & set(row))
        assert_none(one for one in named if not rows[one].get("tests"))

    def test_names_only_tests_that_exist(self):
        _, rows = table()

        assert_none(
            f"{name}: {one}"
            for name, row in rows.items()
            for one in row.get("tests", ())
            if not exists(one)
        )

    def test_the_page_is_made_from_it(self):
        if os.environ.get("WAKU_WRITE"):
            PAGE.write_text(page(), "utf-8")

        assert PAGE.read_text("utf-8") == page()

    def test_a_test_that_is_not_there_is_found(self):
        assert not exists("house/test_threats.py::TestTheTable::test_nothing")
