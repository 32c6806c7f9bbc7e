"""Transactions belong to the municipality's database, and no lost one is carried on with."""

import ast
import re

from tests.house.sources import Source, assert_none, called, python

OPENS_IT = "tenancy/current.py"  # municipality_atomic() itself
DATABASE_ERRORS = re.compile(
    r"(^|\.)(Database|Integrity|Operational|Data|Programming|Internal|Interface|NotSupported)?Error$"
    r"|(^|\.)(Base)?Exception$|^psycopg\."
)
NO_DATABASE_ERROR = re.compile(r"(^|\.)(Key|Value|Type|Attribute|Index|OS|Lookup|Runtime)Error$")


def plain_transactions(source):
    """Every atomic() that names no municipality: it opens on the wrong database."""
    if source.path == OPENS_IT:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and called(node).endswith("transaction.atomic"):
            yield f"{source.path}:{node.lineno}: transaction.atomic"
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.transaction":
            yield f"{source.path}:{node.lineno}: from django.db.transaction"


def caught_inside(source):
    """Database errors caught inside a transaction, which is lost by then (a savepoint may be)."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.With) and _is_atomic(node):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Try) and not _is_savepoint(inner):
                    yield from _caught(source, inner)


def _is_atomic(node):
    return any(
        isinstance(item.context_expr, ast.Call)
        and called(item.context_expr).endswith("municipality_atomic")
        for item in node.items
    )


def _is_savepoint(node):
    return len(node.body) == 1 and isinstance(node.body[0], ast.With) and _is_atomic(node.body[0])


def _caught(source, node):
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = ["Exception" if kind is None else called(kind) for kind in kinds]
        wrong = [n for n in names if DATABASE_ERRORS.search(n) and not NO_DATABASE_ERROR.search(n)]
        if wrong and not _raises_again(handler):
            yield f"{source.path}:{handler.lineno}: {', '.join(wrong)} inside a transaction"


def _raises_again(handler):
    return isinstance(handler.body[-1], ast.Raise)


class TestTransactions:
    def test_name_their_municipality(self):
        assert_none(line for one in python() for line in plain_transactions(one))

    def test_a_plain_one_is_found(self):
        plain = Source("booking/holds.py", "with transaction.atomic():\n    pass\n")

        assert list(plain_transactions(plain)) == ["booking/holds.py:1: transaction.atomic"]


class TestDatabaseErrors:
    def test_are_never_caught_inside_a_transaction(self):
        assert_none(line for one in python() for line in caught_inside(one))

    def test_one_caught_inside_is_found(self):
        caught = (
            "with municipality_atomic():\n    try:\n        make()\n"
            "    except IntegrityError:\n        pass\n"
        )
        savepoint = (
            "with municipality_atomic():\n    try:\n        with municipality_atomic():\n"
            "            make()\n    except IntegrityError:\n        pass\n"
        )

        assert list(caught_inside(Source("a.py", caught))) == [
            "a.py:4: IntegrityError inside a transaction"
        ]
        assert list(caught_inside(Source("b.py", savepoint))) == []
