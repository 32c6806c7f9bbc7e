"""What is handed on names no machine, no registry and no home folder."""

import os
import re
from pathlib import Path

from tests.house.sources import NOT_OURS, ROOT

MOST = 2_000_000
BINARY = {".mo", ".png", ".jpg", ".woff2", ".7z", ".zip", ".ico", ".pyc"}
KEPT_APART = NOT_OURS | {
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
}  # fmt: skip
REGISTRY = re.compile(
    r"(https?|git\+ssh)://[^\s\"']*("
     "pypi|pythonhosted|npmjs|registry|docker[.]io|ghcr[.]io|quay[.]io"
     r")|--(extra-)?index" + r"-url"
)  # fmt: skip
MACHINE = re.compile(r"(?<![\w.<{$\"'])/(?:home/(?!app\b)\w+|" + "root|Users/" + r"\w+|work)/\w")


def handed_on():
    """Every text file of ours."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - KEPT_APART)
        for name in sorted(names):
            path = Path(folder) / name
            if path.suffix not in BINARY and name != ".git" and path.stat().st_size < MOST:
                yield path.relative_to(ROOT), path.read_text("utf-8", errors="replace")


def naming(rule):
    skipped = {Path("bin/check"), Path("tests/house/test_tracked_files.py")}
    return [
        f"{path}: {found.group()}"
        for path, text in handed_on()
        if path not in skipped
        for found in rule.finditer(text)
    ]


class TestFiles:
    def test_name_no_registry(self):
        assert naming(REGISTRY) == []

    def test_name_no_folder_of_a_machine(self):
        assert naming(MACHINE) == []

    def test_each_is_found(self):
        assert REGISTRY.search("https://" + "pypi.example/simple")
        assert MACHINE.search("see /" + "home/taro/notes")
        assert not MACHINE.search("see https://example.jp" + "/work/x")
