"""The glossary's words are the code's words: what it says never to call a thing, nobody does."""

import ast
import re

import pytest

from tests.house.sources import ROOT, Source, assert_none, python

CELL = re.compile(r"(?<!\\)\|")
CODE = re.compile(r"`([^`]+)`")
PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def rows(heading):
    """The rows of every table that has this column, as dictionaries."""
    found, names = [], []
    for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in CELL.split(line)[1:-1]]
        if not cells:
            names = []
        elif not names:
            names = cells
        elif not set("".join(cells)) <= set("-:"):
            found.append(dict(zip(names, cells, strict=True)))
    return [row for row in found if heading in row]


def forbidden():
    """The words no name of ours may hold, as tuples of parts."""
    return {
        tuple(word.lower().split("_")): word
        for row in rows("Never")
        for word in CODE.findall(row["Never"])
    }


def excused():
    """(word, folder) pairs where a library forces a word on us."""
    return {
        (row["Word"].strip("`"), folder)
        for row in rows("Word")
        for folder in CODE.findall(row["Where"])
    }


def names(source):
    """Every name the file gives to something: modules, classes, functions, arguments, values."""
    yield 1, source.path.rsplit("/", 1)[-1].removesuffix(".py")
    for node in ast.walk(source.tree):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def parts(name):
    """The words a name is made of: `SlotFull` and `slot_full` alike."""
    return tuple(part.lower() for part in PARTS.findall(name))


def holds(words, wanted):
    """Whether the words stand in a name one after another, in the singular or the plural."""
    size = len(wanted)
    plural = (*wanted[:-1], f"{wanted[-1]}s")
    spans = {words[at : at + size] for at in range(len(words) - size + 1)}
    return wanted in spans or plural in spans


def misnamed(source, never, excuses=frozenset()):
    """Names in the file that hold a forbidden word."""
    for line, name in names(source):
        for wanted, word in never.items():
            if holds(parts(name), wanted) and not any(
                word == excused_word and source.path.startswith(folder)
                for excused_word, folder in excuses
            ):
                yield f"{source.path}:{line}: {name} holds {word}"


class TestTheGlossary:
    def test_can_be_read(self):
        never = forbidden()

        assert len(never) > 50
        assert never["my", "number"] == "my_number"
        assert ("user", "tenancy/") in excused()

    def test_forbids_no_word_that_it_uses(self):
        used = {
            parts(word) for row in rows("Never") for word in CODE.findall(row["Identifier"])
        } - {()}

        assert_none(
            f"{' '.join(words)} holds {word}"
            for words in used
            for wanted, word in forbidden().items()
            if holds(words, wanted)
        )

    def test_is_kept_by_every_name_of_ours(self):
        never, excuses = forbidden(), excused()

        assert_none(line for one in python() for line in misnamed(one, never, excuses))

    @pytest.mark.parametrize(
        "text",
        [
            "class Coupon: ...", "def no_show(): ...", "def f(patient): ...", "my_number = 1",
            "self.dob = 1", "class AppointmentList: ...", "coupons = []",
        ],
    )  # fmt: skip
    def test_a_forbidden_word_is_found(self, text):
        assert list(misnamed(Source("booking/x.py", text), forbidden()))

    @pytest.mark.parametrize("text", ["capacity = 1", "def administer(): ...", "velocity = 2"])
    def test_a_word_inside_another_is_not(self, text):
        assert not list(misnamed(Source("booking/x.py", text), forbidden()))
