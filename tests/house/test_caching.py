"""No page is kept by us for the next person (T28): that is how one sees another's form."""

import ast
import re

from tests.house.sources import Source, assert_none, called, python

PAGE_CACHES = re.compile(
    r"\b(cache_page|cache_control|UpdateCacheMiddleware|FetchFromCacheMiddleware)\b"
    r"|Cache-Control\W+public"
)
KEEPERS = {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}
PERSONAL = {"request", "resident", "staff", "by", "session"}
# Who sets its own Cache-Control, and why nobody's data is in it.
SHARED_PAGES = {"venues/views/free_places.py": "levels of free places; names nobody"}


def kept_for_the_next(source):
    """Functions whose answers are kept although they are about one person or one request."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            keeps = any(called(one) in KEEPERS for one in node.decorator_list)
            names = {a.arg for a in node.args.args + node.args.kwonlyargs}
            if keeps and names & (PERSONAL | {"self"}):
                yield f"{source.path}:{node.lineno}: {node.name}({', '.join(sorted(names))})"


class TestPages:
    def test_none_is_kept(self):
        keepers = {one.path for one in python() if PAGE_CACHES.search(one.text)}

        assert keepers == set(SHARED_PAGES)

    def test_a_kept_page_is_found(self):
        assert PAGE_CACHES.search("@cache_page(60)\ndef free_places(request): ...")
        assert PAGE_CACHES.search('answer.headers["Cache-Control"] = "public, max-age=2"')


class TestAnswers:
    def test_about_one_person_are_not_kept(self):
        assert_none(line for one in python() for line in kept_for_the_next(one))

    def test_a_kept_one_is_found(self):
        bad = Source("booking/x.py", "@lru_cache(maxsize=9)\ndef name_of(resident): ...\n")

        assert list(kept_for_the_next(bad)) == ["booking/x.py:2: name_of(resident)"]
