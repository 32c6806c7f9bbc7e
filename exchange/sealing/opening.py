"""Opening a container (復号): verified whole in a child process before one byte is handed out."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from exchange.sealing import child, manifest, refusals
from exchange.sealing.looking import look_at
from exchange.sealing.manifest import Manifest
from exchange.sealing.refusals import Damaged, TooSlow

_CHILD: Final = Path(child.__file__)
_LONGEST_VERDICT: Final = 128 * 1024
_BLOCK: Final = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What the child may use; ten minutes and a quarter of a gigabyte are plenty."""

    seconds: int = 600
    megabytes: int = 256


@dataclass(frozen=True)
class Opened:
    """A container verified to its last byte, and its CSV as a stream of the same bytes."""

    name: str
    size: int
    sha256: str
    manifest: Manifest | None
    stream: BinaryIO


@contextmanager
def open_container(*, path: Path, password: str, limits: Limits = Limits()) -> Iterator[Opened]:
    """Verify the whole container, then hand out its CSV; a refusal hands out nothing.

    The content passes through a pipe and is written nowhere.
    """
    look = look_at(path)
    request = {
        "kind": look.kind.value,
        "password": password,
        "seconds": limits.seconds,
        "megabytes": limits.megabytes,
    }
    with path.open("rb") as container, _child(container, request) as (process, out):
        watch = threading.Timer(limits.seconds, process.kill)
        watch.daemon = True
        watch.start()
        try:
            yield _opened(out, process, watch)
        finally:
            watch.cancel()


def _opened(out: IO[bytes], process: subprocess.Popen[bytes], watch: threading.Timer) -> Opened:
    line = out.readline(_LONGEST_VERDICT)
    if not line.endswith(b"\n"):
        raise _why_silent(process, watch)
    verdict = json.loads(line)
    if "refused" in verdict:
        raise refusals.BY_NAME[verdict["refused"]]
    told = verdict["manifest"]
    cover = manifest.read(told.encode()) if told is not None else None
    if cover is not None and cover.sha256 != verdict["sha256"]:
        raise refusals.BadManifest
    content = _Content(out, size=verdict["size"], sha256=verdict["sha256"])
    return Opened(
        name=verdict["name"],
        size=verdict["size"],
        sha256=verdict["sha256"],
        manifest=cover,
        stream=io.BufferedReader(content, _BLOCK),
    )


def _why_silent(process: subprocess.Popen[bytes], watch: threading.Timer) -> refusals.Refused:
    """A child that said nothing ran out of time, or broke on something broken."""
    process.wait()
    # Its own limit on computing time kills it with a signal, and so does the watch.
    timed_out = not watch.is_alive() or -process.returncode in {9, 24}
    return TooSlow() if timed_out else Damaged()


class _Content(io.RawIOBase):
    """The second pass, which must give exactly the bytes the first one verified."""

    def __init__(self, out: IO[bytes], *, size: int, sha256: str) -> None:
        self._out = out
        self._left = size
        self._sha256 = sha256
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed names it WriteableBuffer
        block = self._out.read(min(len(buffer), max(self._left, 1)))
        self._left -= len(block)
        self._digest.update(block)
        if self._left < 0 or (not block and self._left > 0):
            raise Damaged
        if not block and self._digest.hexdigest() != self._sha256:
            raise Damaged
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def _child(
    container: BinaryIO, request: dict[str, str | int]
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    reading, writing = os.pipe()
    os.write(writing, json.dumps(request).encode())
    os.close(writing)
    # The request travels on a pipe that only the child inherits: a password in the arguments or
    # the environment could be read by others on the machine.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", str(_CHILD), str(reading)],
        stdin=container,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(reading,),
        env={"LANG": "C.UTF-8"} | _libraries(),
        bufsize=_BLOCK,
    )
    os.close(reading)
    out = process.stdout
    assert out is not None
    try:
        yield process, out
    finally:
        process.kill()
        out.close()
        process.wait()


def _libraries() -> dict[str, str]:
    """An interpreter may need to be told where its own libraries are, and nothing else."""
    path = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": path} if path else {}
