"""Two at once, exactly so: one stops before a statement of its own, the other runs meanwhile."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tenancy.current import current, serving
from tenancy.directory.models import Municipality

PATIENCE = 60.0  # of a crowded machine; nothing here waits so long by itself
NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT")  # nothing happens between these and what follows


@dataclass
class Gate:
    """Lets statements and the commit through until the one before which it stops."""

    stop: int  # 0: never
    passed: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    may_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's own hook
        """Django's hook around each statement."""
        if not sql.startswith(NOT_COUNTED):
            self.pause()
        return execute(sql, params, many, context)

    def pause(self) -> None:
        """Wait here, if this is the place."""
        self.passed += 1
        if self.passed == self.stop:
            self.reached.set()
            self.may_go.wait(PATIENCE)


@dataclass
class Actor:
    """Somebody who does one thing on a connection of their own."""

    act: Callable[[], object]
    refusals: tuple[type[Exception], ...]
    gate: Gate
    outcome: str = ""
    backend: int = 0
    thread: threading.Thread | None = None

    def begin(self, municipality: Municipality) -> None:
        """In a thread of its own."""
        self.thread = threading.Thread(target=self._work, args=(municipality,), daemon=True)
        self.thread.start()

    def _work(self, municipality: Municipality) -> None:
        with serving(municipality):
            try:
                self._act_on(connections[municipality.database])
                self.outcome = "granted"
            except self.refusals as refusal:
                self.outcome = type(refusal).__name__
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is the finding
                words = str(fault).splitlines() or [""]
                self.outcome = f"FAULT {type(fault).__name__}: {words[0]}"
            finally:
                self.gate.reached.set()
                connections.close_all()

    def _act_on(self, connection: BaseDatabaseWrapper) -> None:
        connection.ensure_connection()
        self.backend = connection.connection.info.backend_pid
        usual = connection.commit

        def commit() -> None:
            self.gate.pause()
            usual()

        vars(connection)["commit"] = commit
        try:
            with connection.execute_wrapper(self.gate):
                self.act()
        finally:
            del vars(connection)["commit"]

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self.thread is None or not self.thread.is_alive()

    def end(self) -> None:
        """Wait for it."""
        assert self.thread is not None
        self.thread.join(PATIENCE)
        if not self.outcome:
            self.outcome = "FAULT stuck"


@dataclass
class Pair:
    """What came of two acts."""

    outcomes: tuple[str, str]
    has_stopped: bool  # or the first ended before the statement meant

    @property
    def faults(self) -> list[str]:
        """Whatever is no answer to a person: a deadlock, a broken constraint, no end."""
        return [one for one in self.outcomes if one.startswith("FAULT")]


def interleaved(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    stop: int,
    refusals: tuple[type[Exception], ...],
    watcher: "psycopg.Connection[Any]",
) -> Pair:
    """Stop the first before its n-th statement, run the second until it ends or waits, go on."""
    served = current()
    stopped, whole = Actor(first, refusals, Gate(stop)), Actor(second, refusals, Gate(0))
    stopped.begin(served)
    stopped.gate.reached.wait(PATIENCE)
    has_stopped = not stopped.outcome
    whole.begin(served)
    deadline = time.monotonic() + PATIENCE
    while has_stopped and not whole.is_done and time.monotonic() < deadline:
        if _waits(watcher, whole.backend):
            break
        time.sleep(0.001)
    stopped.gate.may_go.set()
    stopped.end()
    whole.end()
    return Pair((stopped.outcome, whole.outcome), has_stopped)


def _waits(watcher: "psycopg.Connection[Any]", backend: int) -> bool:
    """Whether it waits for somebody's lock."""
    if not backend:
        return False
    asked = watcher.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend]).fetchone()
    return bool(asked and asked[0])
