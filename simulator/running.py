"""Starting and stopping the simulators: in a thread for tests, or for good."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiohttp import web

from simulator import control, resource
from simulator.carrier import Carrier
from simulator.mail import Mailroom, smtp_protocol
from simulator.telling import Teller

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    """Addresses and state of simulators that answer now."""

    carrier: Carrier
    mailroom: Mailroom
    port: int
    mail_port: int

    @property
    def url(self) -> str:
        """The carrier's address."""
        return f"http://{HERE}:{self.port}"


@asynccontextmanager
async def answering(
    *,
    carrier: Carrier,
    mailroom: Mailroom,
    port: int = 0,
    mail_port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Running]:
    """Answer on the loopback address until the block ends; port 0 takes a free one."""
    teller = Teller(carrier)
    app = web.Application(client_max_size=64 * 1024)
    app[resource.CARRIER], app[resource.TELLER] = carrier, teller
    app[control.MAILROOM] = mailroom
    app.add_routes([*resource.routes(), *control.routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        http = web.TCPSite(runner, HERE, port, backlog=1024)
        await http.start()
        loop = asyncio.get_running_loop()
        mail = await loop.create_server(lambda: smtp_protocol(mailroom, tls=tls), HERE, mail_port)
        try:
            yield Running(
                carrier=carrier,
                mailroom=mailroom,
                port=runner.addresses[0][1],
                mail_port=mail.sockets[0].getsockname()[1],
            )
        finally:
            mail.close()
    finally:
        await teller.close()
        await runner.cleanup()


@contextmanager
def running(*, port: int = 0, mail_port: int = 0) -> Iterator[Running]:
    """Answer from a thread of this process until the block ends."""
    ready: list[Running] = []
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    failure: list[BaseException] = []

    async def answer() -> None:
        async with answering(
            carrier=Carrier(), mailroom=Mailroom(), port=port, mail_port=mail_port
        ) as here:
            ready.append(here)
            started.set()
            await stop.wait()

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(answer())
        except BaseException as broken:  # noqa: BLE001 - told to the thread that waits
            failure.append(broken)
        finally:
            started.set()

    thread = threading.Thread(target=work, name="simulator", daemon=True)
    thread.start()
    started.wait()
    if not ready:
        thread.join()
        raise failure[0]
    try:
        yield ready[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
