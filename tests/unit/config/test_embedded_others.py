"""Valkey of our own, servers for one run, and servers of other people."""

import os
import signal
from pathlib import Path

import pytest
import redis

from config import embedded
from config.embedded import _temporary
from tests.clusters import ask, served_by


class TestValkey:
    def test_answers_only_who_knows_the_password(self, tmp_path):
        with embedded.ValkeyServer(tmp_path / "valkey") as server:
            with redis.Redis.from_url(server.url()) as client:
                assert client.ping()
            with redis.Redis(port=server.port) as stranger:
                with pytest.raises(redis.AuthenticationError):
                    stranger.ping()
        assert served_by(tmp_path) == []

    def test_names_the_port_that_is_taken(self, tmp_path):
        with embedded.ValkeyServer(tmp_path / "one") as first:
            with pytest.raises(embedded.PortTaken, match="WAKU_VALKEY_PORT"):
                embedded.ValkeyServer(tmp_path / "two", first.port).start()

    def test_starts_again_after_it_was_killed(self, tmp_path):
        first = embedded.ValkeyServer(tmp_path).start()
        os.kill(first._child.process.pid, signal.SIGKILL)
        first.stop()

        with embedded.ValkeyServer(tmp_path, first.port) as second:
            assert second.port == first.port


class TestTemporary:
    def test_leaves_neither_process_nor_folder(self, tmp_path):
        with embedded.temporary_servers(parent=tmp_path) as servers:
            assert ask(servers.postgres, "SELECT 1") == 1
            folder = servers.folder

        assert not folder.exists()
        assert served_by(tmp_path) == []

    def test_sweeps_what_a_killed_run_left_and_only_that(self, tmp_path):
        (tmp_path / "run-killed").mkdir()

        running, held = _temporary._new_folder(tmp_path)
        other, also_held = _temporary._new_folder(tmp_path)

        assert {path.name for path in tmp_path.glob("run-*")} == {running.name, other.name}
        held.close()
        also_held.close()


class TestElsewhere:
    def test_one_setting_each_points_at_other_servers(self, tmp_path, monkeypatch):
        monkeypatch.setenv(
            "WAKU_OTHER_POSTGRES_URL", "postgresql://boss:secret@db.example:6543/waku"
        )
        monkeypatch.setenv("WAKU_OTHER_VALKEY_URL", "redis://:secret@cache.example:6380/0")

        with embedded.postgres(tmp_path / "p") as database, embedded.valkey(tmp_path / "v") as bell:
            assert database.url() == "postgresql://boss:secret@db.example:6543/waku"
            assert database.url(role="app", password="x/y", database="other") == (
                "postgresql://app:x%2Fy@db.example:6543/other"
            )
            assert bell.url(number=2) == "redis://:secret@cache.example:6380/2"
        assert list(tmp_path.iterdir()) == []

    def test_one_setting_chooses_the_servers_of_the_machine(self, tmp_path, monkeypatch):
        debian = Path("/usr/lib/postgresql/15/bin")
        if not debian.is_dir():
            pytest.skip("no PostgreSQL of the distribution here")
        monkeypatch.setenv("WAKU_POSTGRES_BIN", str(debian))

        with embedded.PostgresServer(tmp_path / "postgres") as server:
            assert ask(server, "SHOW server_version").startswith("15")

    def test_says_where_it_looked_for_the_programs(self, tmp_path, monkeypatch):
        monkeypatch.setenv("WAKU_POSTGRES_BIN", str(tmp_path))

        with pytest.raises(embedded.NoServerFound, match=str(tmp_path)):
            embedded.PostgresServer(tmp_path / "postgres").start()
