"""A wire that can be cut: a small TCP proxy in a thread of ours, told by a few attributes.

Bytes from the far side are the answers. Cutting before an answer passes on leaves the client in
doubt about what it asked, a COMMIT too: it was carried out, and nobody heard.
"""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HERE = "127.0.0.1"
PIECE = 65_536


@dataclass
class Wire:
    """How the wire behaves now; the attributes may be set from any thread."""

    far_port: int
    port: int = 0
    delay_seconds: float = 0.0  # each way
    cut_answers: float = 0.0  # share of answers that are swallowed, with the connection
    is_black_hole: bool = False  # nothing passes, nobody is told
    is_refused: bool = False  # no new connection, and the old ones are cut
    cuts: int = 0
    lines: "set[asyncio.StreamWriter]" = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None

    def cut_all(self) -> int:
        """Cut every connection that is open now; how many."""
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(self._cut_all(), self.loop).result(10)

    async def _cut_all(self) -> int:
        found = list(self.lines)
        for line in found:
            line.transport.abort()
        self.cuts += len(found) // 2
        return len(found) // 2

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either side or the wire ends it."""
        if self.is_refused:
            back.transport.abort()
            return
        try:
            far, on = await asyncio.open_connection(HERE, self.far_port)
        except OSError:
            back.transport.abort()
            return
        self.lines |= {back, on}
        try:
            await asyncio.gather(
                self._pass(near, on, is_answer=False), self._pass(far, back, is_answer=True)
            )
        finally:
            self.lines -= {back, on}
            for line in (back, on):
                line.transport.abort()

    async def _pass(
        self, come: asyncio.StreamReader, go: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while piece := await come.read(PIECE):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                while self.is_black_hole:  # noqa: ASYNC110 - set from another thread
                    await asyncio.sleep(0.05)
                if is_answer and self.cut_answers and random.random() < self.cut_answers:
                    self.cuts += 1
                    break
                go.write(piece)
                await go.drain()
        go.transport.abort()


@contextmanager
def wire(far_port: int) -> Iterator[Wire]:
    """A wire to a port of this machine, for as long as the block lasts."""
    one = Wire(far_port)
    started, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        one.loop = asyncio.get_running_loop()
        server = await asyncio.start_server(one.carry, HERE, 0)
        one.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        for line in list(one.lines):
            line.transport.abort()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True, name="wire")
    thread.start()
    started.wait(30)
    try:
        yield one
    finally:
        assert one.loop is not None
        one.loop.call_soon_threadsafe(stop.set)
        thread.join(10)
