"""What the documents claim is proved by tests that exist."""

import ast
import re

import pytest

from tests.house.sources import ROOT, assert_none

MAP, PROMISES = ROOT / "docs" / "requirements-map.md", ROOT / "docs" / "promises.md"
ROW = re.compile(r"^\| (S-\d+|P\d+) \|(.*)\|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
STATES = {"now", "part", "next", "deploy", "out"}
LAST = 158


def rows(path):
    """(id, cells) of every row."""
    found = ROW.findall(path.read_text("utf-8"))
    return [(name, [cell.strip() for cell in cells.split("|")]) for name, cells in found]


def exists(named):
    """Whether a test `path::Class::test` under tests/, or a file of the house, is there."""
    path, *names = named.split("::")
    if not names:
        return (ROOT / path).exists()
    file = ROOT / "tests" / path
    if not file.exists():
        return False
    inside = ast.parse(file.read_text("utf-8")).body
    for name in names:
        found = [one for one in inside if getattr(one, "name", None) == name]
        if not found:
            return False
        inside = getattr(found[0], "body", [])
    return True


class TestTheMap:
    def test_has_every_requirement_once_and_in_order(self):
        wanted = [f"S-{number:02}" for number in range(1, LAST + 1)]

        assert [name for name, _ in rows(MAP)] == wanted

    def test_says_where_each_stands(self):
        assert_none(
            f"{name}: {cells[1]}" for name, cells in rows(MAP) if cells[1] not in STATES
        )  # fmt: skip

    def test_claims_nothing_without_a_proof(self):
        for name, (what, state, proof) in rows(MAP):
            tests = [one for one in CODE.findall(proof) if "::" in one]
            if state in {"now", "part"}:
                assert tests, f"{name} names no test"
            if state == "part":
                assert "next:" in what, f"{name} does not say what is missing"
            if state == "next":
                assert not tests, f"{name} is next and names a test"
            if state == "deploy":
                assert CODE.findall(proof), f"{name} names no file"

    @pytest.mark.parametrize("path", [MAP, PROMISES], ids=lambda path: path.name)
    def test_names_only_what_exists(self, path):
        named = {one for _, cells in rows(path) for one in CODE.findall(cells[-1])}
        named |= {one for _, cells in rows(path) for one in CODE.findall(cells[-2]) if "::" in one}

        assert named
        assert_none(one for one in named if not exists(one))


class TestPromises:
    def test_are_all_there(self):
        assert [name for name, _ in rows(PROMISES)] == [f"P{number}" for number in range(1, 13)]

    def test_each_names_a_test(self):
        assert_none(name for name, cells in rows(PROMISES) if "::" not in cells[1])


class TestTheCheck:
    def test_finds_a_test_that_does_not_exist(self):
        assert exists("house/test_requirements_map.py::TestTheCheck")
        assert not exists("house/test_requirements_map.py::TestTheCheck::test_nothing")
        assert not exists("house/test_nothing.py::TestX")
        assert not exists("docs/nothing.md")
