"""SQL is put together from pieces only in the files that say so, and never from values."""

import ast
import re
import tomllib
from fnmatch import fnmatch

from tests.house.sources import ROOT, Source, assert_none, called, python

RUNS = {"execute", "executemany", "raw", "extra", "copy", "RawSQL"}
WORDS = re.compile(
    r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|SET|RESET|GRANT|REVOKE|CREATE|DROP|ALTER|"
    r"TRUNCATE|COPY|LOCK)\s"
)


def fragment_files():
    """Who may: the files that pyproject.toml excuses from S608, each with its reason there."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    ignores = settings["tool"]["ruff"]["lint"]["per-file-ignores"]
    return {path for path, rules in ignores.items() if "S608" in rules}


# Names of schemas and roles in SET, checked against a pattern before.
NAMES_ONLY = {"tenancy/backend/base.py"}


def built(source):
    """Statements that are put together where they are run or written."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.JoinedStr) and node.values and WORDS.match(_beginning(node)):
            yield f"{source.path}:{node.lineno}: f-string"
        if isinstance(node, ast.Call) and called(node).rsplit(".", 1)[-1] in RUNS and node.args:
            first = node.args[0]
            if isinstance(first, ast.BinOp) or (
                isinstance(first, ast.Call)
                and isinstance(first.func, ast.Attribute) and first.func.attr == "format"
                and "sql.SQL" not in ast.unparse(first)
            ):  # fmt: skip
                yield f"{source.path}:{node.lineno}: {ast.unparse(first)[:60]}"


def loose(source):
    """Django's ways of smuggling SQL into a query."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = called(node)
            if name.endswith((".extra", "RawSQL", ".objects.raw")):
                yield f"{source.path}:{node.lineno}: {name}"


def _beginning(node):
    first = node.values[0]
    return first.value if isinstance(first, ast.Constant) else ""


class TestStatements:
    def test_are_put_together_in_the_listed_files_only(self):
        allowed = fragment_files() | NAMES_ONLY
        others = [one for one in python() if not any(fnmatch(one.path, p) for p in allowed)]

        assert_none(line for one in others for line in built(one))

    def test_every_listed_file_exists(self):
        assert_none(path for path in fragment_files() if not any(ROOT.glob(path)))

    def test_no_query_smuggles_sql(self):
        assert_none(line for one in python() for line in loose(one))

    def test_each_fault_is_found(self):
        bad = Source(
            "booking/x.py",
            "cursor.execute(f'SELECT {name} FROM x')\ncursor.execute('SELECT ' + name)\n"
            "cursor.execute('SELECT {}'.format(name))\nrows.extra(where=['x'])\n",
        )

        assert len(list(built(bad))) == 3
        assert len(list(loose(bad))) == 1
