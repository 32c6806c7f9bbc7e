"""While the broker is lost one process goes on with the rounds, and stops by itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from django.utils import timezone

from config import stand_in
from config.celery import app
from config.embedded import ValkeyServer
from config.stand_in import StandIn
from notifications.models import Message
from tenancy.current import serving
from tests import carrying
from tests.carrying import promise, set_up_sender

answering, here, carrier = carrying.answering, carrying.here, carrying.carrier


@pytest.fixture
def private(tmp_path, settings):
    """A Valkey that this test may stop."""
    with ValkeyServer(tmp_path / "valkey") as server:
        settings.CELERY_BROKER_URL = server.url()
        yield server


@pytest.fixture
def running():
    """A stand-in that looks often, in a thread."""
    stop = Event()
    one = StandIn(rounds={"notifications.tasks.deliver_due_everywhere": 0.2})
    thread = Thread(target=one.run, args=(stop,))
    thread.start()
    yield one
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def until(found, patience=60):
    deadline = time.monotonic() + patience
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class TestTheStandIn:
    def test_carries_messages_while_the_broker_is_lost_and_only_then(
        self, live_municipalities, carrier, private, running
    ):
        with serving(live_municipalities.mihon):
            set_up_sender()
            waiting = promise(at=timezone.now())
            time.sleep(2.5)  # some looks
            waiting.refresh_from_db()
            assert (waiting.state, running.is_standing_in) == ("pending", False)

            private.stop()
            until(lambda: Message.objects.filter(pk=waiting.pk, state="accepted").exists())

            private.wanted_port = private.port
            private.start()
            until(lambda: not running.is_standing_in)
        assert len(carrier.messages) == 1

    def test_a_full_valkey_takes_no_work(self, private):
        assert stand_in.broker_takes_work()
        import redis

        with redis.Redis.from_url(private.url()) as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1")
        assert not stand_in.broker_takes_work()

    def test_goes_on_after_a_fault(self, monkeypatch):
        done = []

        def fault():
            done.append(1)
            raise RuntimeError

        monkeypatch.setitem(app.tasks, "faulty", type("Task", (), {"apply": staticmethod(fault)}))
        one = StandIn(takes_work=lambda: False, rounds={"faulty": 0.0})
        with ThreadPoolExecutor(1) as threads:
            for _ in range(2):
                one.look(threads)
                one._under_way["faulty"].result(10)
        assert done == [1, 1]

    def test_knows_every_round_of_some_minutes(self):
        app.loader.import_default_modules()
        known = stand_in.rounds()

        assert "notifications.tasks.deliver_due_everywhere" in known
        assert set(known) <= set(app.tasks)
