"""What both servers share: a child that dies with us, free ports, room and rights."""

import fcntl
import functools
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from ._exec import someone_else
from ._refusals import AlreadyRunning, DiskFull, NoRights, PortTaken, ServerFailed

LOOPBACK = "127.0.0.1"
NEEDED_MB = 300
EXEC = Path(__file__).with_name("_exec.py")
INHERITED = ("WAKU_RUN", "WAKU_RUN_ALL")  # by which a run recognises what it started


@functools.cache
def identity() -> str:
    """How a server that refuses root can run here: plain, namespace or nobody."""
    if os.geteuid() != 0:
        return "plain"
    probe = subprocess.run(  # noqa: S603 our own file
        become("namespace", [], bound=False), capture_output=True, check=False
    )
    return "namespace" if probe.returncode == 0 else "nobody"


def become(
    how: str, command: Sequence[str | Path], *, bound: bool, death: signal.Signals = signal.SIGINT
) -> list[str]:
    """The command line that runs a command under an identity, bound to our life if wanted."""
    parent = os.getpid() if bound else 0
    return [sys.executable, "-I", "-S", *map(str, (EXEC, how, parent, int(death), *command))]


def bound_to_us(
    command: Sequence[str | Path], *, death: signal.Signals = signal.SIGTERM
) -> list[str]:
    """The command line that runs a command which gets this signal when we end, however we end."""
    return become("plain", command, bound=True, death=death)


def wheel(name: str) -> Path:
    """The folder of an installed package, without running any of its code."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        return Path(name)
    return Path(found.submodule_search_locations[0])


def environment() -> dict[str, str]:
    """What a server is told: nothing but its language and whose run it belongs to."""
    marks = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.defpath, **marks}


def owner(how: str) -> int:
    """Who must own the data for this identity."""
    return someone_else().pw_uid if how == "nobody" else os.geteuid()


def hand_over(folder: Path, *, to: int) -> None:
    """Give a folder and all it holds to the identity the server runs under."""
    if os.geteuid() != 0 or folder.stat().st_uid == to:
        return
    for parent, _, names in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in names)):  # noqa: PTH118 fast
            os.chown(path, to, -1, follow_symlinks=False)


def make_folder(folder: Path) -> None:
    """A folder only we can enter, on a disk with room; or a refusal that names the reason."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free // 2**20
    except OSError as problem:
        raise NoRights(folder=folder, why=problem.strerror) from problem
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        raise NoRights(folder=folder, why="read only")
    if free < NEEDED_MB:
        raise DiskFull(folder=folder, free=free, needed=NEEDED_MB)


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def must_be_free(port: int, *, setting: str) -> None:
    """Refuse a port that another program listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError as problem:
            raise NoRights(folder=f"127.0.0.1:{port}", why=problem.strerror) from problem
        except OSError as problem:
            raise PortTaken(port=port, setting=setting) from problem


def only_one(folder: Path, *, patience: float = 10.0) -> IO[str]:
    """The right to run a server on this folder; falls back to the next in line when we end."""
    lock = (folder / "lock").open("a")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                lock.close()
                raise AlreadyRunning(folder=folder) from None
            time.sleep(0.1)
        else:
            return lock


def runs_with(pid: int, words: str) -> bool:
    """Whether a living process of this number was started with these words."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return words.encode() in command


def private_file(path: Path, words: str) -> None:
    """Write a file only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(words)


class Child:
    """One server process in its own session, with its log, ended in order."""

    def __init__(self, command: list[str], *, log: Path) -> None:
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 built above from our own parts
                command,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.log = log

    def wait_until(self, ready: Callable[[], bool], *, program: str, patience: float) -> None:
        """Return when the server answers; say what its log says when it does not."""
        deadline = time.monotonic() + patience
        while not ready():
            code = self.process.poll()
            if code is not None:
                raise ServerFailed(program=program, why=self.last_words(code), log=self.log)
            if time.monotonic() > deadline:
                self.end(signal.SIGKILL)
                raise ServerFailed(program=program, why=f"> {patience:.0f} s", log=self.log)
            time.sleep(0.02)

    def last_words(self, code: int) -> str:
        """The last line of the log, or the exit code."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1][-200:] if lines else f"exit {code}"

    def end(self, *signals: signal.Signals, patience: float = 20.0) -> None:
        """Ask with each signal in turn, the last resort being SIGKILL."""
        for number in (*signals, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
