"""PostgreSQL and Valkey of our own: they start, they end, and they say why they cannot."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from config import embedded
from config.embedded import _exec, _process
from tests.clusters import ask, served_by

HOUSE = Path(embedded.__file__).parents[2]
ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="needs root to become somebody else")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One made cluster; the tests start and stop it."""
    folder = tmp_path_factory.mktemp("shared") / "postgres"
    with embedded.PostgresServer(folder):
        pass
    return folder


@pytest.fixture
def server(cluster):
    with embedded.PostgresServer(cluster) as running:
        yield running


class TestPostgres:
    def test_answers_with_the_settings_of_the_house(self, server):
        settings = {
            name: ask(server, f"SHOW {name}")
            for name in (
                "wal_level",
                "synchronous_commit",
                "max_connections",
                "log_error_verbosity",
            )
        }

        assert settings == {
            "wal_level": "logical",
            "synchronous_commit": "on",
            "max_connections": "200",
            "log_error_verbosity": "terse",
        }

    def test_knows_japanese(self, server):
        with psycopg.connect(server.url()) as line:
            line.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            trigrams = line.execute("SELECT show_trgm('山田太郎')").fetchone()[0]
            words, lower = line.execute("SELECT '山田' ~ '^\\w+$', lower('ＡÉ')").fetchone()

        assert len(trigrams) == 5
        assert words
        assert lower == "ａé"

    def test_listens_on_loopback_only(self, server):
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"

    def test_asks_for_a_password_that_only_its_owner_can_read(self, server):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url(password="guess"), connect_timeout=5)

        assert (server.folder / "password").stat().st_mode & 0o777 == 0o600

    def test_keeps_its_data_and_leaves_nothing_running(self, cluster):
        with embedded.PostgresServer(cluster) as first:
            with psycopg.connect(first.url()) as line:
                line.execute("CREATE TABLE kept AS SELECT 7 AS n")
        assert served_by(cluster) == []

        with embedded.PostgresServer(cluster) as second:
            assert ask(second, "SELECT n FROM kept") == 7

    def test_starts_again_after_the_server_was_killed(self, cluster):
        first = embedded.PostgresServer(cluster).start()
        os.kill(first._child.process.pid, signal.SIGKILL)
        first.stop()

        with embedded.PostgresServer(cluster) as second:
            assert ask(second, "SELECT 1") == 1

    def test_a_stale_pid_file_naming_a_stranger_is_no_obstacle(self, cluster):
        (cluster / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\nnot a server\n")

        with embedded.PostgresServer(cluster) as server:
            assert ask(server, "SELECT 1") == 1

    def test_ends_with_its_launcher_and_starts_again(self, cluster):
        program = (
            "import sys, time; from config.embedded import PostgresServer as P;"
            "P(sys.argv[1]).start(); print('up', flush=True); time.sleep(60)"
        )
        launcher = subprocess.Popen(
            [sys.executable, "-c", program, cluster], cwd=HOUSE, stdout=subprocess.PIPE, text=True
        )
        assert launcher.stdout.readline() == "up\n"
        launcher.kill()
        launcher.wait()
        launcher.stdout.close()

        with embedded.PostgresServer(cluster) as server:
            assert ask(server, "SELECT 1") == 1
        assert served_by(cluster) == []

    def test_a_half_made_cluster_is_made_again(self, tmp_path):
        folder = tmp_path / "postgres"
        (folder / "cluster" / "base").mkdir(parents=True)
        (folder / "cluster" / "PG_VERSION").write_text("18\n")
        (folder / "making").touch()

        with embedded.PostgresServer(folder) as server:
            assert ask(server, "SELECT 1") == 1
        assert not (folder / "making").exists()

    def test_leaves_data_alone_that_it_did_not_make(self, tmp_path):
        treasure = tmp_path / "cluster" / "treasure"
        treasure.parent.mkdir()
        treasure.touch()

        with pytest.raises(embedded.FolderNotOurs):
            embedded.PostgresServer(tmp_path).start()

        assert treasure.exists()

    def test_refuses_data_of_another_version(self, tmp_path):
        (tmp_path / "cluster").mkdir()
        (tmp_path / "cluster" / "PG_VERSION").write_text("9\n")
        (tmp_path / "made").touch()

        with pytest.raises(embedded.WrongVersion, match=r"PostgreSQL 9 .* cannot open"):
            embedded.PostgresServer(tmp_path).start()

    def test_names_the_port_that_is_taken(self, cluster):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]

            with pytest.raises(embedded.PortTaken, match=f"ポート {port} .*Port {port} is used"):
                embedded.PostgresServer(cluster, port).start()

    def test_says_when_the_disk_is_full(self, tmp_path, monkeypatch):
        usage = SimpleNamespace(total=10**12, used=10**12, free=10**6)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

        with pytest.raises(embedded.DiskFull, match=r"空き容量が足りません.*0 MB free"):
            embedded.PostgresServer(tmp_path / "postgres").start()

    def test_says_when_the_folder_cannot_be_made(self, tmp_path):
        (tmp_path / "file").touch()

        with pytest.raises(embedded.NoRights, match=r"書き込む権限がありません.*No right"):
            embedded.PostgresServer(tmp_path / "file" / "postgres").start()

    def test_two_launchers_never_share_a_folder(self, server, monkeypatch):
        monkeypatch.setattr(_process.only_one, "__kwdefaults__", {"patience": 0.2})

        with pytest.raises(embedded.AlreadyRunning):
            embedded.PostgresServer(server.folder).start()

        assert ask(server, "SELECT 1") == 1

    def test_a_server_that_fails_says_its_last_words(self, cluster):
        broken = embedded.PostgresServer(cluster, settings={"max_connections": "-1"})

        with pytest.raises(embedded.ServerFailed, match="max_connections"):
            broken.start()

        assert served_by(cluster) == []


class TestIdentity:
    @only_root
    @pytest.mark.parametrize("how", ["namespace", "nobody"])
    def test_root_starts_it_in_a_closed_folder_and_changes_no_other(self, tmp_path, how):
        if how == "namespace" and _process.identity() != how:
            pytest.skip("this machine refuses user namespaces")
        tmp_path.chmod(0o700)
        before = tmp_path.stat(), tmp_path.parent.stat(), Path("/etc/passwd").read_bytes()

        with embedded.PostgresServer(tmp_path / "postgres", identity=how) as server:
            assert ask(server, "SELECT 1") == 1

        after = tmp_path.stat(), tmp_path.parent.stat(), Path("/etc/passwd").read_bytes()
        assert [(old.st_mode, old.st_uid) for old in before[:2]] == [
            (new.st_mode, new.st_uid) for new in after[:2]
        ]
        assert before[2] == after[2]

    @only_root
    def test_one_identity_opens_what_the_other_made(self, tmp_path):
        for how in ("nobody", _process.identity(), "nobody"):
            with embedded.PostgresServer(tmp_path / "postgres", identity=how) as server:
                assert ask(server, "SELECT 1") == 1

    @only_root
    def test_a_normal_account_starts_and_stops_it(self, tmp_path):
        home = tmp_path / "home"
        home.mkdir()
        os.chown(home, _exec.someone_else().pw_uid, -1)
        program = (
            "import os, sys; sys.path.insert(0, sys.argv[1]); assert os.geteuid() != 0;"
            "from config.embedded import *; import psycopg\n"
            "with temporary_servers(parent=__import__('pathlib').Path(sys.argv[2])) as servers:\n"
            "    psycopg.connect(servers.postgres.url()).close()\n"
            "    print(servers.postgres.how)\n"
        )

        done = as_somebody_else([sys.executable, "-c", program, HOUSE, home], home)

        assert done.stdout == "plain\n", done.stderr
        assert served_by(home) == []
        assert list(home.glob("run-*")) == []

    @only_root
    def test_a_normal_account_is_told_where_it_may_not_write(self, tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o755)
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); from config.embedded import *\n"
            "try: PostgresServer(sys.argv[2] + '/postgres').start()\n"
            "except NoRights as refusal: print(refusal)\n"
        )

        done = as_somebody_else([sys.executable, "-c", program, HOUSE, closed], tmp_path)

        assert f"No right to write to {closed}/postgres (Permission denied)" in done.stdout


def as_somebody_else(command, folder):
    """Run a command as a normal account that may at most read what is closed to it."""
    return subprocess.run(
        _process.become("nobody", command, bound=True),
        cwd=folder,
        env={**_process.environment(), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
