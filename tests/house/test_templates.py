"""Templates escape everything, run nothing inline (the CSP would block it) and load nothing far."""

import re

from tests.house.sources import Source, assert_none, files, python, templates

RULES = {
    "unescaped": re.compile(r"\|\s*(safe|safeseq)\b|\{%\s*autoescape\s+off"),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign origin": re.compile(
        r"(src|href|action|poster)\s*=\s*[\"'](https?:)?//", re.IGNORECASE
    ),
}  # fmt: skip
ATOM = re.compile(r"xmlns(:\w+)?=\"[^\"]*\"")
UNESCAPED = re.compile(r"\bmark_safe\b|\bSafeString\(")


def broken(source):
    """What a template does that it may not."""
    text = ATOM.sub("", source.text)
    for name, rule in RULES.items():
        yield from (f"{source.path}: {name}: {found.group()}" for found in rule.finditer(text))


class TestTemplates:
    def test_escape_everything_and_run_nothing_inline(self):
        assert_none(line for one in templates() for line in broken(one))

    def test_each_fault_is_found(self):
        bad = Source(
            "x.html",
            "{{ name|safe }}<script>go()</script><p style='x'><a onclick='go()'>"
            "<a href='javascript:go()'><img src='https://far.example/x.png'>",
        )
        good = Source("y.html", "<script src='/static/x.js' defer></script><a href='/on='>x</a>")

        assert {line.split(": ")[1] for line in broken(bad)} == set(RULES)
        assert list(broken(good)) == []


class TestMarkup:
    def test_nobody_calls_a_text_markup(self):
        assert [one.path for one in python() if UNESCAPED.search(one.text)] == []

    def test_a_caller_is_found(self):
        assert UNESCAPED.search("return mark_safe(name)")


class TestStaticFiles:
    def test_reach_for_no_foreign_origin_and_run_no_text(self):
        far = re.compile(r"url\(\s*[\"']?https?:|@import\s+[\"']?https?:|\beval\(|innerHTML\s*=")
        found = [
            one.path
            for one in files(".js", ".css")
            if "/static/" in one.path and ".min." not in one.path and far.search(one.text)
        ]

        assert found == []
