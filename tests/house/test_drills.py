"""A drill can be run, counts what was lost, and fails where it proves nothing."""

import json
import socket
import subprocess
import sys

import pytest

from bench.figures import Figures
from drills import log
from drills.findings import Findings
from drills.log import Log
from drills.proxy import wire
from tests.house.sources import ROOT


class TestTheLog:
    def test_knows_what_each_key_was_told(self, tmp_path):
        kept = Log(tmp_path / "log")
        for key, how in (("a", log.OK), ("a", log.INFO), ("b", log.FAIL), ("c", log.INFO)):
            kept.end(kept.invoke(key), key, how, how)
        kept.invoke("d")
        kept.close()
        told = log.read(kept.path)

        assert told["a"].is_acknowledged and not told["a"].is_refused
        assert told["b"].is_refused
        assert told["c"].answers == told["d"].answers == [log.INFO]

    def test_says_which_kills_landed(self, tmp_path):
        kept = Log(tmp_path / "log")
        kept.killed("web", 7, has_landed=True)
        kept.killed("web", 0, has_landed=False)
        kept.close()

        said = [json.loads(line)["what"] for line in kept.path.read_text().splitlines()]
        assert said == ["killed", "missed"]


class TestFindings:
    def test_too_few_kills_are_a_failed_run(self, capsys):
        found = Findings("kills", Figures())
        found.must_reach("landed", 19, 20, "kills")

        assert (found.broken, found.too_few) == ([], ["landed: 19 of 20 kills"])
        assert capsys.readouterr().out == "figure kills_landed 19 kills\n"

    def test_what_a_defect_does_is_no_figure_of_the_house(self, capsys):
        found = Findings("kills", None)
        found.must_be_none("lost", 3, "reservations")

        assert found.broken == ["lost: 3 reservations"]
        assert capsys.readouterr().out == ""


@pytest.fixture
def echo():
    """A server that says everything again."""
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        def answer(line):
            with line:
                while said := line.recv(100):
                    line.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


class TestTheWire:
    def asked(self, line):
        with socket.create_connection(("127.0.0.1", line.port), timeout=20) as asking:
            try:
                asking.sendall(b"hello")
                return asking.recv(100)
            except OSError:
                return b""

    def test_passes_everything(self, echo):
        with wire(echo) as line:
            assert self.asked(line) == b"hello"

    def test_swallows_answers(self, echo):
        with wire(echo) as line:
            line.cut_answers = 1.0
            assert self.asked(line) == b""
            assert line.cuts == 1

    def test_refuses(self, echo):
        with wire(echo) as line:
            line.is_refused = True
            assert self.asked(line) == b""


class TestARun:
    def test_of_kills_loses_nothing(self):
        """Backends, PostgreSQL, web and announcer are killed under some hundred presses."""
        done = subprocess.run(
            [sys.executable, "-m", "drills", "--quick", "--no-defects", "kills"],
            check=False, cwd=ROOT, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        said = dict(line.split(" ")[1:3] for line in done.stdout.splitlines() if "figure" in line)

        assert int(said["kills_landed"]) >= 2
        assert said["kills_acknowledged_lost"] == said["kills_doubled"] == "0"
        assert said["kills_oversold"] == said["kills_invariants_broken"] == "0"
