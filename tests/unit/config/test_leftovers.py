"""The proof at the end of a test run sees what a run leaves behind."""

import os
import subprocess
import sys
import uuid

import pytest

from config import embedded, leftovers


@pytest.fixture
def run():
    return uuid.uuid4().hex


@pytest.fixture
def forgotten(run):
    """A process that a run forgot to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"],
        env={**os.environ, "WAKU_RUN": run},
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def said_by(run, *more):
    return subprocess.run(
        [sys.executable, "-m", "config.leftovers", run, *more],
        capture_output=True,
        text=True,
        check=False,
    )


class TestProof:
    def test_nothing_left_is_said_and_succeeds(self, run):
        done = said_by(run)

        assert (done.returncode, done.stdout[:12]) == (0, "nothing left")

    def test_a_forgotten_process_fails_with_its_number(self, run, forgotten, monkeypatch, capsys):
        monkeypatch.setattr(leftovers, "PATIENCE", 0.1)
        monkeypatch.setattr(sys, "argv", ["leftovers", run])

        assert leftovers.main() == 1
        assert f"  {forgotten.pid} " in capsys.readouterr().out

    def test_a_forgotten_server_is_seen_by_its_folder(self, run, tmp_path, monkeypatch):
        monkeypatch.setenv("WAKU_RUN", run)

        with embedded.temporary_servers(parent=tmp_path):
            commands = leftovers.processes(run).values()
            assert any("postgres -D" in command for command in commands)
            assert any("valkey-server" in command for command in commands)
        assert leftovers.processes(run) == {}

    def test_a_forgotten_cluster_is_named(self, run, tmp_path, monkeypatch):
        monkeypatch.setattr(leftovers, "TEMPORARY", tmp_path)
        (tmp_path / f"run-{run}-x").mkdir()
        (tmp_path / "run-of-somebody-else").mkdir()

        assert leftovers.clusters(run) == [tmp_path / f"run-{run}-x"]

    def test_end_ends_only_what_carries_the_mark(self, run, forgotten, monkeypatch):
        leftovers.end(uuid.uuid4().hex)
        assert forgotten.poll() is None

        leftovers.end(run)

        assert forgotten.wait(5) != 0
