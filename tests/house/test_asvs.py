"""docs/security/asvs.md: every row of ASVS 5.0 levels 1 and 2 and eighteen of level 3.

`WAKU_WRITE=1 pytest tests/house/test_asvs.py` writes the page anew from asvs.toml.
"""

import os
import re
import tomllib
from collections import Counter

from tests.house.sources import ROOT, assert_none
from tests.house.test_requirements_map import exists

SOURCE, PAGE = ROOT / "docs" / "security" / "asvs.toml", ROOT / "docs" / "security" / "asvs.md"
# Rows of each chapter: levels 1 and 2 of the standard, and what we take of level 3.
CHAPTERS = {
    1: "Encoding and sanitisation", 2: "Validation and business logic", 3: "Web front end",
    4: "API and web service", 5: "Files", 6: "Authentication", 7: "Sessions", 8: "Authorisation",
    9: "Self-contained tokens", 10: "OAuth and OIDC", 11: "Cryptography", 12: "Communication",
    13: "Configuration", 14: "Data protection", 15: "Coding and architecture",
    16: "Logging and errors", 17: "WebRTC",
}  # fmt: skip
ROWS = {1: 28, 2: 12, 3: 21, 4: 10, 5: 12, 6: 37, 7: 19, 8: 9, 9: 7, 10: 29, 11: 15, 12: 9,
        13: 13, 14: 11, 15: 15, 16: 16, 17: 7}  # fmt: skip
# 16.3.2 is of level 2; its part of level 3 (every look is recorded) is taken too.
LEVELS = {1: 70, 2: 182, 3: 18}


def table():
    found = tomllib.loads(SOURCE.read_text("utf-8"))
    return found["reasons"], found["rows"]


def page():
    reasons, rows = table()
    lines = [
        "# OWASP ASVS 5.0 照合表", "",
        "Made from asvs.toml by `tests/house/test_asvs.py`. Tests are named under `tests/`; the words are",
        "ours, the standard's own text decides. ③ = taken from level 3.", "",
    ]  # fmt: skip
    for chapter, title in CHAPTERS.items():
        lines += [f"## V{chapter} {title}", "", "| Row | Asks | Proof or reason |", "|---|---|---|"]
        for number, row in rows.items():
            if number.split(".")[0] == str(chapter):
                mark = " ③" if row["level"] == 3 else ""
                lines.append(f"| {number}{mark} | {row['asks']} | {proof(row, reasons)} |")
        lines.append("")
    return "\n".join(lines)


def proof(row, reasons):
    said = [f"`{one}`" for one in row.get("tests", ())]
    if "document" in row:
        path, _, heading = row["document"].partition("#")
        said.append(f"[{heading}](../../{path}#{heading})")
    if "why" in row:
        why = row["why"]
        said.append(reasons[why[1:]] if why.startswith("@") else why)
    return "; ".join(said)


def headings(path):
    text = (ROOT / path).read_text("utf-8")
    return {
        re.sub(r"\s+", "-", one.strip()) for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


class TestTheTable:
    def test_has_every_row(self):
        _, rows = table()

        assert Counter(int(one.split(".")[0]) for one in rows) == ROWS
        assert Counter(one["level"] for one in rows.values()) == LEVELS

    def test_has_no_gap_in_what_levels_one_and_two_ask(self):
        """Numbers run on within a section but for rows of level 3 that were not taken."""
        _, rows = table()

        assert all(re.fullmatch(r"\d{1,2}\.\d\.\d{1,2}", one) for one in rows)
        assert list(rows) == sorted(rows, key=lambda one: [int(part) for part in one.split(".")])

    def test_gives_each_a_proof_or_a_reason(self):
        _, rows = table()

        assert_none(
            number for number, row in rows.items() if not {"tests", "document", "why"} & set(row)
        )

    def test_names_only_tests_that_exist(self):
        _, rows = table()

        assert_none(
            f"{number}: {one}"
            for number, row in rows.items()
            for one in row.get("tests", ())
            if not exists(one)
        )

    def test_names_only_documents_that_exist(self):
        _, rows = table()
        for number, row in rows.items():
            if "document" in row:
                path, _, heading = row["document"].partition("#")
                assert heading in headings(path), f"{number}: {row['document']}"

    def test_the_page_is_made_from_it(self):
        if os.environ.get("WAKU_WRITE"):
            PAGE.write_text(page(), "utf-8")

        assert PAGE.read_text("utf-8") == page()

    def test_a_test_that_is_not_there_is_found(self):
        assert not exists("house/test_asvs.py::TestTheTable::test_nothing")
