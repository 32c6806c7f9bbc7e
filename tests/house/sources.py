"""What the tests of the house read: our own files, as they lie there."""

import ast
import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOREYS = (
    {"config"}, {"callcentre", "exchange"}, {"booking"}, {"frontdoor"}, {"venues", "notifications"},
    {"privacy"}, {"tenancy"}, {"shared"},
)  # fmt: skip
APPS = tuple(sorted(set().union(*STOREYS)))
BESIDE = ("simulator", "wardside", "bench", "drills", "bin", "tests", "docs", "deploy", ".ci")
NOT_OURS = {".venv", ".waku", "__pycache__", ".git", "node_modules", "static_collected"}
# Doors translate between the world and one verb: they alone read the clock.
DOOR = re.compile(
    r"(^|/)(views/[^/]+|tasks|consumers|middleware|management/commands/[^/]+)\.py$"
    r"|^config/demo/|^tenancy/entrances/"
)


@dataclass(frozen=True)
class Source:
    """One file of ours."""

    path: str
    text: str

    @property
    def tree(self):
        return parsed(self.path, self.text)

    @property
    def app(self):
        return self.path.split("/", 1)[0]

    @property
    def is_door(self):
        return bool(DOOR.search(self.path))


@functools.cache
def parsed(path, text):
    return ast.parse(text, path)


def storey(app):
    """How high an app stands: 0 is the top."""
    return next(number for number, apps in enumerate(STOREYS) if app in apps)


def may_know(app, other):
    """Whether something in `app` may name something in `other`: itself or downstairs."""
    return app == other or storey(other) > storey(app)


@functools.cache
def files(*suffixes, under=APPS):
    """Our files with these endings, migrations left out."""
    found = []
    for top in under:
        for folder, folders, names in os.walk(ROOT / top):
            folders[:] = sorted(set(folders) - NOT_OURS - {"migrations"})
            paths = (Path(folder) / name for name in sorted(names) if name.endswith(suffixes))
            found += [Source(str(p.relative_to(ROOT)), p.read_text("utf-8")) for p in paths]
    assert found, f"nothing found under {under}"
    return tuple(found)


def python(*, tests=False, beside=False):
    """Our Python: the apps, and where asked the tests and what stands beside them."""
    more = (("tests",) if tests else ()) + (
        ("simulator", "wardside", "bench", "drills") if beside else ()
    )
    more = tuple(top for top in more if (ROOT / top).exists())
    return files(".py", under=APPS + more)


def templates():
    """Our pages, mails and texts."""
    return tuple(one for one in files(".html", ".txt") if "/templates/" in one.path)


def called(node):
    """The dotted name of what a call calls, as far as it is written there."""
    parts = []
    target = node.func if isinstance(node, ast.Call) else node
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))


def assert_none(found):
    """Nothing was found; else every line of it is said."""
    lines = sorted(found)
    assert not lines, "\n" + "\n".join(lines)
