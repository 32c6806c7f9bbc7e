"""What a server's processes have used: comparable on a busy machine too."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM = 11, 12, 13, 14  # fields of stat after the name


def cpu_seconds(port: int) -> float:
    """CPU time of the processes that were started to listen on this port, workers included."""
    return sum(_used(entry, USER, SYSTEM) for entry in _with(str(port)))


def memory_mb(port: int) -> float:
    """What the largest of the processes on this port holds of its own."""
    return max(private_mb(int(entry.name)) for entry in _with(str(port)))


def memory_of_family(pid: int) -> float:
    """What the largest of a process and its children holds of its own."""
    return max(private_mb(one) for one in (pid, *children(pid)))


def private_mb(pid: int) -> float:
    """Memory of one process that it shares with nobody."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    kept = (line.split() for line in lines if line.startswith(("Private_", "Pss:")))
    by_name = {words[0]: int(words[1]) for words in kept}
    return (by_name.get("Private_Clean:", 0) + by_name.get("Private_Dirty:", 0)) / 1024


def sessions_seconds(postmaster: int) -> float:
    """CPU time of a database's sessions, those that have ended included; not of its own chores."""
    ended = _used(Path(f"/proc/{postmaster}"), CHILDREN_USER, CHILDREN_SYSTEM)
    return ended + sum(_used(Path(f"/proc/{pid}"), USER, SYSTEM) for pid in sessions(postmaster))


def sessions(postmaster: int, database: str = "") -> list[int]:
    """The processes of a database server that serve somebody."""
    word = f": waku_app {database}".encode()
    return [pid for pid in children(postmaster) if word in _command_line(pid)]


def family_seconds(pid: int) -> float:
    """CPU time of a process and its children, those that have ended included."""
    own = _used(Path(f"/proc/{pid}"), USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM)
    return own + sum(_used(Path(f"/proc/{child}"), USER, SYSTEM) for child in children(pid))


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def children(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _fields(entry)
        if fields and int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


def _with(word: str) -> Iterator[Path]:
    wanted = word.encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "cmdline").read_bytes().split(b"\0"):
                yield entry
        except OSError:
            continue


def _used(entry: Path, *fields: int) -> float:
    found = _fields(entry)
    return sum(int(found[field]) for field in fields) / TICKS if found else 0.0


def _fields(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
