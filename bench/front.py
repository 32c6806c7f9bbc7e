"""nginx as production has it, before the web processes of the bench; and a client that is no brake."""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.client import HERE
from bench.stage import Stage
from config.demo.supervisor import Service, Supervisor, answers_tcp
from config.embedded import free_port
from config.stage import certificates, front

TOGETHER = 50  # requests that are sent at once on one line
A_LINE = 15  # times so many: nginx ends a line after a thousand requests


@contextmanager
def nginx(stage: Stage) -> Iterator[int | None]:
    """The port of nginx with the shipped files before the stage's web; None where it is missing."""
    program = front.program()
    if program is None:
        yield None
        return
    port, web = free_port(), stage.web()
    with tempfile.TemporaryDirectory(prefix="waku-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # nginx's workers are another person where root starts it
        certificates.make(folder / "c", [stage.host()], at=datetime.now(UTC))
        file = front.write(
            folder, port=port, plain_port=free_port(), doors={stage.host(): "web"},
            certificates=folder / "c", newest=front.version(program),
        )  # fmt: skip
        doors = ("web", "desk", "live", "hooks")
        (folder / "upstreams.conf").write_text(front.upstreams(dict.fromkeys(doors, web)))
        with Supervisor(log_folder=stage.supervisor.log_folder / "nginx") as supervisor:
            supervisor.start(
                Service(
                    name="nginx",
                    command=front.command(program, file),
                    environment={},
                    is_ready=answers_tcp(port),
                    patience=60,
                )
            )
            yield port


async def answers_per_second(port: int, host: str, path: str, *, count: int, wide: int) -> float:
    """How many answers a second come over TLS, many requests on the way at once."""
    secure = ssl.create_default_context()
    secure.check_hostname, secure.verify_mode = (
        False,
        ssl.CERT_NONE,
    )  # this machine's own, thrown away
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()

    async def one(turns: int) -> None:
        for turn in range(turns):
            if turn % A_LINE == 0:
                reader, writer = await asyncio.open_connection(HERE, port, ssl=secure)
            writer.write(request * TOGETHER)
            for _answer in range(TOGETHER):
                head = await reader.readuntil(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(head[:200])
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
            if turn % A_LINE == A_LINE - 1 or turn == turns - 1:
                writer.close()

    turns = max(1, count // wide // TOGETHER)
    begun = time.perf_counter()
    await asyncio.gather(*(one(turns) for _ in range(wide)))
    return turns * TOGETHER * wide / (time.perf_counter() - begun)
