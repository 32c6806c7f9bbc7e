"""The ward's own side stands alone: it knows nothing of the platform and never travels with it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.house.sources import APPS, BESIDE, ROOT, assert_none, called, files
from tests.house.test_glossary import forbidden, misnamed

NAME = "wardside"
#: What only one of the two systems has; `getattr` with a default is how to ask for it.
ONE_SYSTEM = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "msvcrt", "winreg", "signal"}
POSIX_CALLS = {
    "os.fork",
    "os.getuid",
    "os.geteuid",
    "os.chown",
    "os.mkfifo",
    "os.pipe",
    "os.O_NOFOLLOW",
}
OUTSIDE = {"pyzipper"}
#: No second copy in a temporary folder, no network, no program beside it, nothing that runs text.
NEVER = {
    "tempfile", "shutil", "sqlite3", "socket", "urllib", "http", "ssl", "smtplib", "ftplib",
    "subprocess", "multiprocessing", "pickle", "shelve", "ctypes", "webbrowser",
}  # fmt: skip
SHIPPED = (
    "Dockerfile", "docker-compose.yml", "Makefile", "deploy", "bin/stage", "bin/demo", "bin/manage",
    "config",
)  # fmt: skip


def ours():
    return files(".py", under=(NAME,))


def imported(tree):
    """The top name of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def shipped():
    """Every text that says what travels to the servers."""
    for name in SHIPPED:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix not in {".mo", ".po", ".pyc"}:
                yield path.relative_to(ROOT), path.read_text("utf-8", errors="replace")


class TestWhatItKnows:
    def test_is_python_s_own_library_and_the_cipher(self):
        allowed = sys.stdlib_module_names | OUTSIDE | {NAME}

        assert_none(
            f"{one.path}: {name}"
            for one in ours()
            for name in imported(one.tree)
            if name not in allowed
        )

    def test_makes_no_copy_and_speaks_to_nobody(self):
        assert_none(
            f"{one.path}: {name}" for one in ours() for name in imported(one.tree) if name in NEVER
        )

    def test_nothing_of_the_platform_knows_it(self):
        others = files(".py", under=(*APPS, "simulator"))

        assert_none(one.path for one in others if NAME in set(imported(one.tree)))

    def test_nothing_that_only_one_system_has(self):
        assert_none(
            f"{one.path}: {name}"
            for one in ours()
            for name in {*imported(one.tree)} & ONE_SYSTEM
            | {called(node) for node in ast.walk(one.tree) if isinstance(node, ast.Attribute)}
            & POSIX_CALLS
        )

    def test_its_names_are_the_glossary_s(self):
        assert_none(line for one in ours() for line in misnamed(one, forbidden()))

    def test_runs_where_the_platform_is_not(self, tmp_path):
        """A copy of the folder alone, and an interpreter that knows no Django and none of our apps."""
        shutil.copytree(ROOT / NAME, tmp_path / NAME, ignore=shutil.ignore_patterns("__pycache__"))
        absent = (*APPS, "django", "psycopg", "celery")
        start = (
            f"import sys; sys.modules.update(dict.fromkeys({absent!r})); sys.path.insert(0, '.');"
            "import wardside.__main__, wardside.command as c;"
            "sys.exit(c.main(['check-barcode', '--municipality', '999997']))"
        )
        ran = subprocess.run(
            [sys.executable, "-c", start],
            cwd=tmp_path,
            input="219999979990000001\n",
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
            | {k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (ran.returncode, ran.stderr) == (0, "")
        assert "******0001" in ran.stdout


class TestWhereItGoes:
    def test_never_into_the_image(self):
        ignored = (ROOT / ".dockerignore").read_text("utf-8").split()

        assert NAME in ignored
        assert not [line for line in ignored if line.startswith("!")]

    def test_no_file_of_the_stage_names_it(self):
        assert_none(str(path) for path, text in shipped() if NAME in text)

    def test_no_service_mounts_or_runs_it(self):
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
        told = [str(service) for service in compose["services"].values()]

        assert len(told) > 5
        assert not [one for one in told if NAME in one]

    @pytest.mark.parametrize("line", ["COPY . .", "COPY wardside /waku"])
    def test_a_file_that_names_it_would_be_found(self, line):
        assert (NAME in line) == line.endswith("/waku")

    def test_stands_beside_the_house(self):
        assert NAME in BESIDE and NAME not in APPS

    def test_its_own_list_of_libraries_is_the_platform_s(self):
        """The same releases by the same hashes: what the ward installs was tested here."""
        own = (ROOT / NAME / "requirements.txt").read_text("utf-8")
        platform = (ROOT / "requirements.txt").read_text("utf-8")
        pins = re.findall(r"^([a-z0-9-]+==\S+)", own, re.MULTILINE)

        assert {pin.split("==")[0] for pin in pins} == {"pyzipper", "pycryptodomex"}
        assert all(pin in platform for pin in pins)
        hashes = set(re.findall(r"--hash=(\S+)", own))
        assert hashes and all(one in platform for one in hashes)


def test_its_layouts_lie_beside_it():
    assert len(list((ROOT / NAME / "layouts").glob("*.json"))) >= 8
    assert Path(ROOT / NAME / "README.md").exists()
