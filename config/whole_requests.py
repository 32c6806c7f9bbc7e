"""HTTP on an asynchronous server: every request runs to its end in a thread, as on a WSGI server.

Django's own asynchronous handler lets go of a request when its browser goes away; what a thread
still does for it then ends without `request_finished`, and its database connection never returns
to the pool: two such browsers, and the directory is closed to everybody (docs/adr/0012).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from asgiref.wsgi import WsgiToAsgiInstance
from django.conf import settings

IN_MEMORY: Final = 65_536

Environment = dict[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Tell = Callable[[Message | None], object]
Wsgi = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


class WholeRequests:
    """Serves a WSGI application to an ASGI server: each request whole, and closed at its end."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(settings.WAKU_THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; whether anybody still listens changes nothing for the thread."""
        body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the thread closes it
        if not await _is_whole(receive, body):
            body.close()
            return
        loop = asyncio.get_running_loop()
        said: asyncio.Queue[Message | None] = asyncio.Queue()

        def tell(message: Message | None) -> None:
            loop.call_soon_threadsafe(said.put_nowait, message)

        # A context of its own: nothing of the last request on this connection or thread is in it.
        work = loop.run_in_executor(self.threads, Context().run, self._answer, scope, body, tell)
        while (message := await said.get()) is not None:
            await send(message)
        await work

    def _answer(self, scope: Message, body: IO[bytes], tell: Tell) -> None:
        """The thread's part: from the first line of the request to the last word of the answer."""
        try:
            with body:
                response = self.application(_environment(scope, body), _starting(tell))
                try:
                    for part in response:
                        tell({"type": "http.response.body", "body": part, "more_body": True})
                    tell({"type": "http.response.body"})
                finally:
                    close = getattr(response, "close", None)
                    if close is not None:
                        close()  # this is what gives the connections back
        finally:
            tell(None)


async def _is_whole(receive: Receive, body: IO[bytes]) -> bool:
    """Read the request's body; False where the browser went away before it was whole."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            body.seek(0)
            return True


def _environment(scope: Message, body: IO[bytes]) -> Environment:
    translator = WsgiToAsgiInstance(None, duplicate_header_limit=0)  # type: ignore[no-untyped-call]
    translator.scope = scope
    found: Environment = translator.build_environ(scope, body)  # type: ignore[no-untyped-call]
    return found


def _starting(tell: Tell) -> Callable[..., None]:
    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        tell(
            {
                "type": "http.response.start",
                "status": int(status.split(" ", 1)[0]),
                "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers],
            }
        )

    return start_response
