"""Start the processes of the demo in order, watch them, end them in reverse; leave none behind."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Literal, Self

from config.embedded import bound_to_us

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoStopped(BaseException):
    """Somebody asked for the end: Ctrl-C, kill, or a closed terminal."""


class DemoFailed(Exception):
    """A part of the demo did not start or ended by itself; the message says which and why."""


@dataclass(frozen=True)
class Service:
    """One process: what to run, and how to know that it answers."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool] = lambda: True
    patience: float = 60.0
    farewell: signal.Signals = signal.SIGTERM
    ending_patience: float = 15.0


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        """What its log says last."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(f"    {line}" for line in lines[-5:])


@dataclass
class Supervisor:
    """The processes of one demo; a with-block ends them whatever happens inside."""

    log_folder: Path
    ending_patience: float = 15.0
    _running: list[_Running] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *services: Service) -> None:
        """Run them side by side; return when all answer, else end with what a log says."""
        for running in [self._launch(service) for service in services]:
            self._wait_for(running)

    def _launch(self, service: Service, *, mode: Literal["wb", "ab"] = "wb") -> _Running:
        log = self.log_folder / f"{service.name}.log"
        with log.open(mode) as output:
            process = subprocess.Popen(  # noqa: S603 the demo's own command lines
                bound_to_us(service.command, death=service.farewell),
                env=dict(service.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us alone; we end them in order
            )
        running = _Running(service, process, log)
        self._running.append(running)
        return running

    def _wait_for(self, running: _Running) -> None:
        service = running.service
        deadline = time.monotonic() + service.patience
        while not service.is_ready():
            self.must_be_alive()
            if time.monotonic() > deadline:
                raise _failure(running, f"{service.patience:.0f} 秒以内に応答なし / no answer")
            time.sleep(0.05)
        self.must_be_alive()

    def must_be_alive(self) -> None:
        """Refuse to go on once a process has ended by itself."""
        for running in self._running:
            code = running.process.poll()
            if code is not None:
                raise _failure(running, f"終了コード / exit {code}")

    def names(self) -> list[str]:
        """Those that were started and not ended by us."""
        return [one.service.name for one in self._running]

    def ended(self) -> list[str]:
        """The names of those that have ended by themselves."""
        return [one.service.name for one in self._running if one.process.poll() is not None]

    def pid(self, name: str) -> int:
        """The process under this name."""
        return self._find(name).process.pid

    def end(self, name: str) -> None:
        """End one, politely first, and forget it."""
        running = self._find(name)
        _end(running.process, running.service.farewell, running.service.ending_patience)
        self._running.remove(running)

    def again(self, name: str) -> None:
        """Start one anew that has ended by itself, without waiting for it; its log goes on."""
        running = self._find(name)
        self._running.remove(running)
        self._launch(running.service, mode="ab")

    def anew(self, name: str) -> None:
        """End one that hangs, politely first, and start it again; its log goes on."""
        running = self._find(name)
        self.end(name)
        self._launch(running.service, mode="ab")

    def _find(self, name: str) -> _Running:
        return next(one for one in self._running if one.service.name == name)

    def watch(self) -> None:
        """Wait until somebody asks for the end, or a process ends by itself."""
        while True:
            self.must_be_alive()
            time.sleep(0.5)

    def stop(self) -> None:
        """End all in reverse order, politely first."""
        while self._running:
            running = self._running[-1]
            _end(running.process, running.service.farewell, self.ending_patience)
            self._running.pop()


def _end(process: subprocess.Popen[bytes], farewell: signal.Signals, patience: float) -> None:
    for number in (farewell, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _failure(running: _Running, why: str) -> DemoFailed:
    name, log = running.service.name, running.log
    return DemoFailed(
        f"{name} が動いていません({why})。記録: {log} / {name} is not running; see its log.\n"
        f"{running.last_words()}"
    )


def stop_when_asked() -> None:
    """Ctrl-C, kill and a closed terminal become DemoStopped, once; later ones change nothing."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise DemoStopped

    for number in ENDING:
        signal.signal(number, ask)


def answers_http(port: int, path: str = "/", *, host: str = "localhost") -> Callable[[], bool]:
    """Whether a web server answers at all on a loopback port."""

    def ask() -> bool:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 loopback only
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code < 500
        except OSError:
            return False
        return True

    return ask


def answers_tcp(port: int) -> Callable[[], bool]:
    """Whether something listens on a loopback port."""

    def ask() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    return ask


def says(log: Path, words: str) -> Callable[[], bool]:
    """Whether a log holds these words yet."""
    return lambda: log.exists() and words in log.read_text(errors="replace")


def run_to_the_end(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    by: str | None = sys.executable,
) -> None:
    """Run one step to its end, its words on our own output; a failing step ends the demo."""
    line = [*([by] if by else []), *map(str, command)]
    done = subprocess.run(  # noqa: S603 the demo's own command lines
        bound_to_us(line, death=signal.SIGTERM),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    if done.returncode != 0:
        step = " ".join(map(str, command))
        raise DemoFailed(
            f"{step} が失敗しました。上の説明を見てください。 / {step} failed; see above."
        )
