"""The live socket on a real server: who gets in, what it hears, when it is closed."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest
import redis
import websockets
from django.conf import settings
from django.utils import timezone

from callcentre import doorbells
from tenancy import accounts, handlers, live, sign_ins
from tenancy.current import serving
from tenancy.models import Handler
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.concurrency
SECONDS = 5.0


def signed_in(municipality, role="operator", label="mihon"):
    """A member of staff and the cookie of their session."""
    with serving(municipality):
        staff = cast.staff(role)
        client = desk(staff, label=label)
        return staff, client, client.cookies[settings.SESSION_COOKIE_NAME].value


@asynccontextmanager
async def socket(address, cookie, *, label="mihon", origin=None, host=None, topics=("places",)):
    host = host or f"staff.{label}.localhost:{address.port}"
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Host": host}
    async with websockets.connect(
        f"ws://127.0.0.1:{address.port}/live/",
        origin=origin if origin is not None else f"http://{host}",
        additional_headers={"Cookie": headers["Cookie"]},
        host=None,
        create_connection=_Named.with_host(host),
    ) as opened:
        await opened.send(json.dumps({"type": "subscribe", "topics": list(topics)}))
        yield opened


class _Named(websockets.ClientConnection):
    """A client that asks for a host by name and reaches this machine."""

    @classmethod
    def with_host(cls, host):
        def make(protocol, **kwargs):
            connect = protocol.connect

            def named():
                request = connect()
                del request.headers["Host"]
                request.headers["Host"] = host
                return request

            protocol.connect = named
            return cls(protocol, **kwargs)

        return make


async def heard(opened, wanted, *, within=SECONDS):
    """Frames until one is wanted; all of them."""
    found = []
    async with asyncio.timeout(within):
        while not (found and wanted(found[-1])):
            found.append(json.loads(await opened.recv()))
    return found


def knows_of_one(frame):
    """Whether a ring, or where the sequences stand, tells of the first change."""
    return frame.get("seq") == 1 or frame.get("seqs", {}).get("places") == 1


async def closed(opened, *, within=SECONDS):
    """The code with which the server closes, and after how long."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        try:
            while True:
                await opened.recv()
        except websockets.ConnectionClosed as end:
            return end.rcvd.code, time.monotonic() - began


def in_thread(work, *args, **kwargs):
    """The database from a test's own loop."""

    def run():
        from django.db import connections

        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return asyncio.to_thread(run)


def publish(municipality, topic, body):
    with serving(municipality):
        return live.publish(topic=topic, body=body, at=timezone.now()).seq


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            "",
            "null",
            "http://evil.example",
            "http://staff.tameshi.localhost:{port}",
            "https://staff.mihon.localhost:{port}",
            "http://staff.mihon.localhost:1",
            "http://staff.mihon.localhost:{port}@evil.example",
            "http://STAFF.mihon.localhost:{port}",
        ],
    )
    def test_only_the_hosts_own_pages_come_in(self, live_municipalities, address, origin):
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def knock():
            async with socket(address, cookie, origin=origin.format(port=address.port)):
                pytest.fail("it opened")

        with pytest.raises(websockets.InvalidStatus) as refused:
            asyncio.run(knock())
        assert refused.value.response.status_code == 403

    def test_the_exact_origin_opens(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def knock():
            async with socket(address, cookie) as opened:
                return await heard(opened, lambda one: "seqs" in one)

        assert asyncio.run(knock())[-1]["seqs"].keys() == {"places"}


class TestWhoComesIn:
    def knock(self, address, cookie, **kwargs):
        async def opening():
            async with socket(address, cookie, **kwargs) as opened:
                return await heard(opened, lambda one: "seqs" in one)

        return asyncio.run(opening())

    @pytest.mark.parametrize("cookie", ["", "nonsense", "x" * 32])
    def test_nobody_without_a_session(self, live_municipalities, address, cookie):
        with pytest.raises(websockets.InvalidStatus):
            self.knock(address, cookie)

    def test_no_role_without_the_permission(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon, "auditor")

        with pytest.raises(websockets.InvalidStatus):
            self.knock(address, cookie)

    def test_no_session_of_another_municipality(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.tameshi, label="tameshi")

        with pytest.raises(websockets.InvalidStatus):
            self.knock(address, cookie)

    def test_nobody_on_the_residents_host(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon)

        with pytest.raises(websockets.InvalidStatus):
            self.knock(address, cookie, host=f"mihon.localhost:{address.port}")

    def test_topics_are_the_roles(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon)

        frames = self.knock(address, cookie, topics=["places", "board", "staff.1", "nonsense"])

        assert frames[-1]["seqs"].keys() == {"places"}


class TestRings:
    def test_a_change_is_heard_at_once_and_only_there(self, live_municipalities, address):
        _, _, ours = signed_in(live_municipalities.mihon)
        _, _, theirs = signed_in(live_municipalities.tameshi, label="tameshi")

        async def listen():
            async with (
                socket(address, ours) as mihon,
                socket(address, theirs, label="tameshi") as tameshi,
            ):
                await heard(mihon, lambda one: "seqs" in one)
                await heard(tameshi, lambda one: "seqs" in one)
                await asyncio.sleep(0.5)
                began = time.monotonic()
                await in_thread(publish, live_municipalities.mihon, "places", {"n": 1})
                frames = await heard(mihon, lambda one: one.get("topic") == "places")
                took = time.monotonic() - began
                with pytest.raises(TimeoutError):
                    await heard(tameshi, lambda one: one.get("topic"), within=4)
                return frames[-1], took

        frame, took = asyncio.run(listen())

        assert frame == {"topic": "places", "seq": 1}
        assert took < 2

    def test_a_lost_bell_is_found(self, live_municipalities, address, monkeypatch):
        _, _, cookie = signed_in(live_municipalities.mihon)
        monkeypatch.setattr(live, "doorbell", lambda *_: None)

        async def listen():
            async with socket(address, cookie) as opened:
                await heard(opened, lambda one: "seqs" in one)
                await in_thread(publish, live_municipalities.mihon, "places", {"n": 1})
                return await heard(opened, knows_of_one)

        asyncio.run(listen())

    def test_it_hears_without_valkey(self, live_municipalities, address, monkeypatch):
        _, _, cookie = signed_in(live_municipalities.mihon)
        monkeypatch.setattr(settings, "WAKU_VALKEY_URL", "redis://127.0.0.1:1/0")

        async def listen():
            async with socket(address, cookie) as opened:
                await in_thread(publish, live_municipalities.mihon, "places", {"n": 1})
                return await heard(opened, knows_of_one)

        asyncio.run(listen())

    def test_cut_bells_do_not_close_it(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def listen():
            async with socket(address, cookie) as opened:
                await heard(opened, lambda one: "seqs" in one)
                client = redis.Redis.from_url(settings.WAKU_VALKEY_URL)
                client.client_kill_filter(_type="pubsub")
                client.close()
                await in_thread(publish, live_municipalities.mihon, "places", {"n": 1})
                return await heard(opened, knows_of_one)

        asyncio.run(listen())


class TestSaying:
    @pytest.mark.parametrize(
        "said",
        [
            b"\x00",
            "x",
            "[]",
            '{"type":"command"}',
            '{"type":"subscribe"}',
            '{"type":"subscribe","topics":[1]}',
            json.dumps({"type": "heartbeat", "x": "あ" * 2000}),
        ],
    )
    def test_anything_else_closes_it(self, live_municipalities, address, said):
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def say():
            async with socket(address, cookie) as opened:
                await opened.send(json.dumps({"type": "heartbeat"}))
                await opened.send(said)
                return await closed(opened)

        assert asyncio.run(say())[0] == 4400

    def test_a_flood_closes_it(self, live_municipalities, address):
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def say():
            async with socket(address, cookie) as opened:
                for _ in range(40):
                    await opened.send(json.dumps({"type": "heartbeat"}))
                return await closed(opened)

        assert asyncio.run(say())[0] == 4400


class TestRightsTakenAway:
    """Eight events on an open socket: no frame after five seconds, code 4401 (T20)."""

    EVENTS = {
        "disabled": lambda staff, by, _: accounts.disable(staff=staff, reason="試験", by=by, at=timezone.now()),
        "role changed": lambda staff, by, _: accounts.change_role(staff=staff, role="auditor", reason="試験", by=by, at=timezone.now()),
        "password issued": lambda staff, by, _: accounts.issue_password(staff=staff, reason="試験", by=by, at=timezone.now()),
        "sessions ended": lambda staff, by, _: accounts.end_sessions(staff=staff, reason="試験", by=by, at=timezone.now()),
        "struck off the register": lambda staff, by, _: handlers.strike_off(handler=staff.handler, reason="試験", by=by, at=timezone.now()),
        "training ended": lambda staff, _, __: Handler.objects.filter(staff=staff).update(trained_until="2020-01-01"),
        "ended from another device": lambda staff, _, __: sign_ins.end_others(token="", by=staff),
        "signed out": lambda _, __, client: client.logout(),
    }  # fmt: skip

    @pytest.mark.parametrize("event", EVENTS)
    @pytest.mark.parametrize("bell", ["heard", "lost"])
    def test_closes_within_five_seconds(
        self, live_municipalities, address, event, bell, monkeypatch
    ):
        mihon = live_municipalities.mihon
        staff, client, cookie = signed_in(mihon)
        keeper, _, _ = signed_in(mihon, "contractor")
        signed_in(mihon, "contractor")
        if bell == "lost":
            monkeypatch.setattr(live, "doorbell", lambda *_: None)

        def take_away():
            with serving(mihon):
                self.EVENTS[event](staff, keeper, client)

        async def lose():
            async with socket(address, cookie) as opened:
                await heard(opened, lambda one: "seqs" in one)
                await in_thread(take_away)
                return await closed(opened)

        code, took = asyncio.run(lose())

        assert code == 4401
        assert took < SECONDS

    def test_others_stay(self, live_municipalities, address):
        mihon = live_municipalities.mihon
        staff, _, cookie = signed_in(mihon)
        keeper, _, _ = signed_in(mihon, "contractor")
        _, _, other = signed_in(mihon)

        def disable():
            with serving(mihon):
                accounts.disable(staff=staff, reason="試験", by=keeper, at=timezone.now())

        async def lose():
            async with socket(address, cookie) as gone, socket(address, other) as stays:
                await in_thread(disable)
                assert (await closed(gone))[0] == 4401
                await in_thread(publish, mihon, "places", {"n": 1})
                return await heard(stays, knows_of_one)

        asyncio.run(lose())

    def test_the_danger_is_real_without_the_look(self, live_municipalities, address, monkeypatch):
        """If this ever fails, the tests above prove nothing."""
        mihon = live_municipalities.mihon
        staff, _, cookie = signed_in(mihon)
        keeper, _, _ = signed_in(mihon, "contractor")

        async def never(_self):
            return None

        monkeypatch.setattr(doorbells.Doorbells, "_check", never)

        def disable():
            with serving(mihon):
                accounts.disable(staff=staff, reason="試験", by=keeper, at=timezone.now())

        async def lose():
            async with socket(address, cookie) as opened:
                await in_thread(disable)
                with pytest.raises(TimeoutError):
                    await closed(opened)
                await in_thread(publish, mihon, "places", {"n": 1})
                return await heard(opened, knows_of_one)

        asyncio.run(lose())

    def test_an_old_socket_is_closed(self, live_municipalities, address, monkeypatch):
        from callcentre import consumers

        monkeypatch.setattr(consumers, "OLDEST_SECONDS", 1.0)
        _, _, cookie = signed_in(live_municipalities.mihon)

        async def grow_old():
            async with socket(address, cookie) as opened:
                return await closed(opened)

        assert asyncio.run(grow_old())[0] == 4408
