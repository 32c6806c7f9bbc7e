"""A lean HTTP/1.1 client: it shares the two cores with what it measures."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    cookies: tuple[str, ...]
    body: bytes


@dataclass
class Browser:
    """One resident's browser on one kept-alive connection: cookies, forms, redirects by hand."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Answer:
        """Fetch a page."""
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode())

    async def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with the CSRF token that the cookie holds."""
        token = self.cookies.get("__Host-csrf", "")
        body = urlencode({"csrfmiddlewaretoken": token} | fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head()}"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    def wearing(self, cookies: dict[str, str]) -> Self:
        """The same connection with another person's cookies."""
        self.cookies = cookies
        return self

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    def _head(self) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return f"Host: {self.host}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")

    async def _ask(self, request: bytes) -> Answer:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(HERE, self.port)
        self._writer.write(request)
        answer = await _read(self._reader)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    length, location, cookies, is_chunked = 0, "", [], False
    for line in lines:
        name, _, value = line.partition(": ")
        match name.lower():
            case "content-length":
                length = int(value)
            case "location":
                location = value
            case "set-cookie":
                cookies.append(value)
            case "transfer-encoding":
                is_chunked = True
    body = await (_chunks(reader) if is_chunked else reader.readexactly(length))
    return Answer(int(first.split(" ", 2)[1]), location, tuple(cookies), body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
        found += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return found


@dataclass
class Load:
    """What many people at once came to."""

    seconds: float
    waits: list[float]
    outcomes: dict[str, int]

    @property
    def per_second(self) -> float:
        """How many were served in a second."""
        return len(self.waits) / self.seconds


type Work[T] = Callable[[Browser, T], Awaitable[str]]


def all_at_once[T](jobs: Iterable[T], work: Work[T], *, port: int, host: str, wide: int) -> Load:
    """Do every job, `wide` at a time, each connection taking the next when it is free.

    `work` answers with a word for what came of it.
    """
    queue = iter(jobs)
    load = Load(0.0, [], {})

    async def one() -> None:
        browser = Browser(port, host)
        for job in queue:
            begun = time.perf_counter()
            outcome = await work(browser, job)
            load.waits.append(time.perf_counter() - begun)
            load.outcomes[outcome] = load.outcomes.get(outcome, 0) + 1
        browser.close()

    async def everybody() -> None:
        await asyncio.gather(*(one() for _ in range(wide)))

    begun = time.perf_counter()
    asyncio.run(everybody())
    load.seconds = time.perf_counter() - begun
    return load
