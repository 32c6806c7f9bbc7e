"""Nothing is longer than one reading: files 300 lines, functions 40, templates 80."""

import ast

from tests.house.sources import Source, assert_none, python, templates

FILE, FUNCTION, TEMPLATE = 300, 40, 80


def too_long(source, most):
    """The file, when it has more lines than may be."""
    count = len(source.text.splitlines())
    return [f"{source.path}: {count} lines"] if count > most else []


def long_functions(source):
    """Functions of more lines than may be, decorators and docstring included."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            count = node.end_lineno - node.lineno + 1
            if count > FUNCTION:
                yield f"{source.path}:{node.lineno}: {node.name} has {count} lines"


class TestLengths:
    def test_of_files(self):
        assert_none(line for one in python(beside=True) for line in too_long(one, FILE))

    def test_of_functions(self):
        assert_none(line for one in python(beside=True) for line in long_functions(one))

    def test_of_templates(self):
        assert_none(line for one in templates() for line in too_long(one, TEMPLATE))

    def test_what_is_too_long_is_found(self):
        long = Source("booking/long.py", "def everything():\n" + "    pass\n" * 300)

        assert too_long(long, FILE) == ["booking/long.py: 301 lines"]
        assert list(long_functions(long)) == ["booking/long.py:1: everything has 301 lines"]
        assert too_long(Source("t.html", "x\n" * 81), TEMPLATE) == ["t.html: 81 lines"]
