"""Servers for one test run or one benchmark: a fresh cluster, thrown away afterwards."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ._elsewhere import OtherPostgres, OtherValkey, postgres, valkey
from ._postgres import PostgresServer
from ._valkey import ValkeyServer

TEMPORARY = Path(__file__).parents[2] / ".waku" / "temporary"
FAST: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class TemporaryServers:
    """Both servers, running."""

    postgres: PostgresServer | OtherPostgres
    valkey: ValkeyServer | OtherValkey
    folder: Path


@contextmanager
def temporary_servers(
    *, parent: Path = TEMPORARY, settings: Mapping[str, str] = FAST
) -> Iterator[TemporaryServers]:
    """PostgreSQL and Valkey on free ports, gone without a trace at the end of the block.

    What a killed run left behind is swept away first. Pass `settings={}` to measure: FAST gives up
    durability for speed.
    """
    folder, alive = _new_folder(parent)
    database = postgres(folder / "postgres", settings=settings)
    doorbell = valkey(folder / "valkey")
    try:
        database.start()
        doorbell.start()
        yield TemporaryServers(postgres=database, valkey=doorbell, folder=folder)
    finally:
        doorbell.stop()
        database.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)
        alive.close()


def _new_folder(parent: Path) -> tuple[Path, IO[str]]:
    """A folder that is ours for as long as its file `alive` is locked."""
    run = os.environ.get("WAKU_RUN", str(os.getpid()))
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=f"run-{run}-", dir=parent))
        alive = (folder / "alive").open("w")
        fcntl.flock(alive, fcntl.LOCK_EX)
    return folder, alive


def _sweep(parent: Path) -> None:
    """Take away the folders of runs that were killed; their servers have died with them."""
    for folder in parent.glob("run-*"):
        try:
            file = (folder / "alive").open("a")
        except FileNotFoundError:
            continue  # its run has just ended and taken it away
        with file as alive:
            try:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
