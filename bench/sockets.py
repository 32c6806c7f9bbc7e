"""A lean websocket client: two hundred of them must not be what is measured."""

import asyncio
import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from bench.client import HERE

TEXT, PING, PONG = 0x1, 0x9, 0xA


@dataclass
class Socket:
    """One open console: when it first heard of each sequence of each topic."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: dict[tuple[str, int], float] = field(default_factory=dict)

    async def listen(self) -> None:
        """Hear rings until the socket is closed."""
        while True:
            kind, data = await self._frame()
            now = time.perf_counter()
            if kind == PING:
                self._send(PONG, data)
            elif kind == TEXT:
                for topic, seq in _told(json.loads(data)):
                    self.heard.setdefault((topic, seq), now)

    def subscribe(self, *topics: str) -> None:
        """Say what this console watches."""
        self._send(TEXT, json.dumps({"type": "subscribe", "topics": topics}).encode())

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length >= 126:
            more = await self.reader.readexactly(2 if length == 126 else 8)
            length = int.from_bytes(more)
        return first & 0x0F, await self.reader.readexactly(length)

    def _send(self, kind: int, data: bytes) -> None:
        mask = secrets.token_bytes(4)
        masked = bytes(one ^ mask[at % 4] for at, one in enumerate(data))
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2)
        self.writer.write(bytes([0x80 | kind]) + length + mask + masked)


def _told(frame: dict[str, Any]) -> list[tuple[str, int]]:
    if "topic" in frame:
        return [(frame["topic"], frame["seq"])]
    return list(frame.get("seqs", {}).items())


async def opened(port: int, host: str, session_key: str) -> Socket:
    """A console's socket, let in."""
    reader, writer = await asyncio.open_connection(HERE, port)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    writer.write(
        f"GET /live/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Cookie: __Host-sid={session_key}\r\n\r\n".encode()
    )
    answer = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)[0]
    if b" 101 " not in answer + b" ":
        message = f"the socket was not opened: {answer.decode()}"
        raise ConnectionError(message)
    return Socket(reader, writer)
