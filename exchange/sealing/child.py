"""The child process that opens a container (開封): limits first, then the password, then bytes.

It verifies everything in a first pass and says so in one line of JSON; only then does a second
pass hand the content to the parent through a pipe. It can write no file, and dies with its limits.
Run as a program: the container is descriptor 0, the request one line on the descriptor it names.
"""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if __name__ == "__main__":  # isolated mode knows only the installed packages
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from exchange.sealing import manifest, names, refusals

if TYPE_CHECKING:
    from exchange.sealing.child_zip import Reader

Sink = Callable[[bytes], object]


def main() -> None:
    """Open one container as the parent asked, or say which refusal it met."""
    request = json.loads(os.read(int(sys.argv[1]), 64 * 1024))
    _limit(seconds=request["seconds"], megabytes=request["megabytes"])
    out = sys.stdout.buffer
    try:
        reader = _reader(request)
        verdict = _verify(reader)
    except refusals.Refused as refused:
        _say(out, {"refused": type(refused).__name__})
        return
    except MemoryError:
        _say(out, {"refused": refusals.TooLarge.__name__})
        return
    _say(out, verdict)
    reader.hand_out(reader.csv, out.write)
    out.flush()


def _reader(request: dict[str, Any]) -> "Reader":
    container = os.fdopen(0, "rb", closefd=False)
    if request["kind"] == "zip":
        from exchange.sealing.child_zip import ZipReader

        reader: Reader = ZipReader(container, request["password"])
    else:
        from exchange.sealing.child_seven import SevenReader

        reader = SevenReader(container, request["password"])
    _close_the_door()
    return reader


def _verify(reader: "Reader") -> dict[str, Any]:
    """Read every byte of every entry once: lengths, checksums, codes of authenticity."""
    told = None
    if reader.manifest is not None:
        raw = bytearray()
        reader.hand_out(reader.manifest, lambda block: _grow(raw, block))
        manifest.read(bytes(raw))
        told = bytes(raw).decode()
    digest = hashlib.sha256()
    start = bytearray()
    size = 0

    def take(block: bytes) -> None:
        nonlocal size
        if len(start) < 8:
            start.extend(block[:8])
            names.refuse_archive(bytes(start))
        size += len(block)
        digest.update(block)

    reader.hand_out(reader.csv, take)
    return {"name": reader.csv, "size": size, "sha256": digest.hexdigest(), "manifest": told}


def _grow(raw: bytearray, block: bytes) -> None:
    if len(raw) + len(block) > manifest.MAX_SIZE:
        raise refusals.BadManifest
    raw.extend(block)


def _limit(*, seconds: int, megabytes: int) -> None:
    size = megabytes * 1024 * 1024
    for limit, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, size),
        (resource.RLIMIT_AS, 1024 * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _close_the_door() -> None:
    """From here on no further file can be opened, whatever an archive asks for."""
    used = max(int(name) for name in os.listdir("/proc/self/fd")) if _has_proc() else 8  # noqa: PTH208 - a path object would open one more
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 1, used + 1))


def _has_proc() -> bool:
    return os.path.isdir("/proc/self/fd")  # noqa: PTH112 - as above


def _say(out: BinaryIO, told: dict[str, Any]) -> None:
    out.write(json.dumps(told).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
