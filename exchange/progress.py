"""Telling how far a long work has come (進み具合), from outside of the work's own transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from django.db import Error, connections

from exchange.models import Parcel
from tenancy.current import current

_SECONDS: Final = 0.5


class Meter:
    """How much of a whole is done."""

    def __init__(self) -> None:
        self.percent = 0
        self._done = threading.Event()
        self._teller: threading.Thread | None = None

    def start(self, parcel_id: UUID) -> None:
        """Begin to write the reading down, twice a second, on a connection of its own."""
        context = copy_context()
        self._teller = threading.Thread(
            target=context.run, args=(_tell, parcel_id, self, self._done), daemon=True
        )
        self._teller.start()

    def stop(self) -> None:
        """Stop writing: from here on the parcel's row is the caller's."""
        self._done.set()
        if self._teller is not None:
            self._teller.join()

    def watch(self, stream: BinaryIO, *, size: int) -> BinaryIO:
        """The stream, with every byte read from it counted."""
        return cast("BinaryIO", _Counted(stream, size, self))


class _Counted:
    def __init__(self, stream: BinaryIO, size: int, meter: Meter) -> None:
        self._stream, self._size, self._meter, self._seen = stream, max(size, 1), meter, 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._seen += len(block)
        self._meter.percent = min(99, self._seen * 100 // self._size)
        return block


@contextmanager
def told(parcel_id: UUID) -> Iterator[Meter]:
    """A meter whose reading others can see while the work's own transaction is open."""
    meter = Meter()
    meter.start(parcel_id)
    try:
        yield meter
    finally:
        meter.stop()


def _tell(parcel_id: UUID, meter: Meter, done: threading.Event) -> None:
    last = -1
    connection: Any = connections[current().database]
    try:
        while not done.wait(_SECONDS):
            if meter.percent != last:
                last = meter.percent
                Parcel.objects.filter(pk=parcel_id).update(progress=last)
    except Error:
        # A meter that cannot be read must not stop the work.
        return
    finally:
        connection.close()
