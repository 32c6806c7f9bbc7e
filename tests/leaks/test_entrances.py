"""No answer, frame or task crosses: HTTP by threads and by ASGI, websockets, Celery."""

import asyncio
import http.client
import itertools
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import uvicorn
import websockets
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.wsgi import get_wsgi_application
from django.urls import path

from tenancy.entrances import celery as celery_entrance
from tenancy.entrances import http as http_entrance
from tenancy.entrances import shares
from tenancy.entrances.websocket import MunicipalityWebsocket
from tests.conftest import HOSTS
from tests.leaks import pages
from tests.leaks.conftest import CANARY, all_at_once, reads

pytestmark = [pytest.mark.concurrency]
CODES = sorted(CANARY)


@pytest.fixture
def canary_pages(canaries, monkeypatch):
    monkeypatch.setitem(http_entrance.URLCONFS, "resident", ("web", "tests.leaks.pages"))
    # Everybody is let in: a page that sends away could hide a leak behind it.
    monkeypatch.setattr(shares.Counter, "_is_alone", lambda _self, _code: True)
    return canaries


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def by_threads():
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Threaded, _Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def by_asgi():
    from config.asgi import http

    application = ProtocolTypeRouter(
        {
            "http": http,
            "websocket": MunicipalityWebsocket(URLRouter([path("read/", pages.Reader.as_asgi())])),
        }
    )
    config = uvicorn.Config(application, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def talking_to(port):
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20))


def ask(connection, code, page):
    connection.request("GET", f"/{page}", headers={"Host": HOSTS[code]["resident"]})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def wrong_answers(port, page, count):
    wrong, total = [], itertools.count()

    def work(number):
        with talking_to(port) as connection:
            for turn in range(count // 16 + 1):
                code = CODES[(number + turn * 7) % 2 if turn % 3 else turn % 2]
                status, found = ask(connection, code, page)
                next(total)
                if (status, found) != (200, CANARY[code]):
                    wrong.append((status, found))

    raised = all_at_once(16, work)
    assert not raised, raised[:1]
    return wrong, next(total)


@pytest.mark.parametrize("page", ["plain", "streaming"])
@pytest.mark.parametrize("server", [by_threads, by_asgi])
class TestHttp:
    def test_no_answer_crosses(self, canary_pages, server, page):
        with server() as port:
            wrong, total = wrong_answers(port, page, reads(canary_pages))

        assert wrong == []
        assert total >= reads(canary_pages)


class TestHttpTwin:
    def test_the_leak_is_real_when_the_host_is_not_asked(self, canary_pages, monkeypatch):
        """Had the entrance kept the first municipality it saw, answers would cross."""
        from tenancy import municipalities

        first = []

        def whoever_came_first(host):
            first.append(municipalities_found(host))
            return first[0]

        municipalities_found = municipalities.find_by_host
        monkeypatch.setattr(municipalities, "find_by_host", whoever_came_first)
        with by_threads() as port:
            with talking_to(port) as connection:
                found = [ask(connection, code, "plain")[1] for code in CODES]

        assert found[0] == found[1]

    def test_a_lazy_stream_fails_closed_when_forgotten_too_early(self, canary_pages, monkeypatch):
        """Why the municipality is forgotten at request_finished: a stream is read afterwards."""
        original = http_entrance.MunicipalityMiddleware.__call__

        def forgetting(self, request):
            from tenancy import current

            try:
                return original(self, request)
            finally:
                current.forget()

        monkeypatch.setattr(http_entrance.MunicipalityMiddleware, "__call__", forgetting)
        with by_threads() as port:
            with talking_to(port) as connection:
                try:
                    _status, found = ask(connection, CODES[0], "streaming")
                except (http.client.HTTPException, OSError):
                    found = ""

        assert found not in CANARY.values()


class TestWebsockets:
    def test_no_frame_crosses(self, canary_pages):
        async def talk(port, code, turns):
            host = HOSTS[code]["staff"]
            wrong = 0
            async with websockets.connect(
                f"ws://{host}:{port}/read/",
                host="127.0.0.1",
                port=port,
                origin=f"http://{host}:{port}",
            ) as socket:
                for _ in range(turns):
                    await socket.send("?")
                    wrong += json.loads(await socket.recv())["found"] != CANARY[code]
            return wrong

        async def everybody(port):
            return sum(
                await asyncio.gather(
                    *(talk(port, CODES[n % 2], reads(canary_pages) // 32 + 1) for n in range(32))
                )
            )

        with by_asgi() as port:
            # In a thread of its own: a browser test may have left its loop in this one.
            with ThreadPoolExecutor(1) as loop:
                assert loop.submit(asyncio.run, everybody(port)).result() == 0


class TestCelery:
    def run_mixed(self, count):
        pages.FOUND.clear()
        for number in range(count):
            pages.read.apply(kwargs={"municipality_code": CODES[(number * 7 + number // 3) % 2]})
        return [one for one in pages.FOUND if CANARY[one[0]] != one[1]], len(pages.FOUND)

    def test_no_task_crosses(self, canary_pages):
        wrong, total = self.run_mixed(reads(canary_pages))

        assert wrong == []
        assert total >= reads(canary_pages)

    def test_a_task_without_its_municipality_does_nothing(self, canary_pages):
        result = pages.read.apply(kwargs={})

        assert result.failed()

    def test_nothing_is_served_after_a_task(self, canary_pages):
        from tenancy.current import current_or_none

        pages.read.apply(kwargs={"municipality_code": CODES[0]})

        assert current_or_none() is None

    def test_a_task_run_within_another_gives_the_outer_back(self, canary_pages):
        from tenancy import current, municipalities

        with current.serving(municipalities.find(code=CODES[1])):
            pages.read.apply(kwargs={"municipality_code": CODES[0]})

            assert current.current().code == CODES[1]

    def test_the_leak_is_real_when_tasks_keep_the_last(self, canary_pages, monkeypatch):
        """A worker that serves only the first municipality it was asked for mixes them up."""
        from tenancy.current import current_or_none, forget

        original = celery_entrance.serve
        monkeypatch.setattr(celery_entrance, "forget", lambda **_: None)
        monkeypatch.setattr(
            celery_entrance, "serve", lambda one: None if current_or_none() else original(one)
        )
        try:
            wrong, _ = self.run_mixed(10)
        finally:
            forget()

        assert wrong
