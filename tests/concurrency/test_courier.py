"""Many couriers, killed couriers, and a carrier that calls back over HTTP as it pleases."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.utils import timezone

from notifications import deliveries
from notifications.deliveries import _claim
from notifications.models import Attempt, Message, Receipt
from simulator import Behaviour, Creation
from tenancy.current import serving
from tests import carrying
from tests.carrying import promise, set_up_sender

pytestmark = pytest.mark.concurrency
answering, here, carrier = carrying.answering, carrying.here, carrying.carrier
COUNT = 60
COURIERS = 4


def number(n):
    return f"+8170999{n:05}"


@pytest.fixture
def due(live_municipalities, carrier):
    """Sixty messages due in 見本市."""
    with serving(live_municipalities.mihon):
        set_up_sender()
        for n in range(COUNT):
            promise(recipient=number(n), at=timezone.now())
    return live_municipalities.mihon


def all_at_once(municipality, work, *, threads=COURIERS):
    from django.db import connections

    barrier = Barrier(threads)

    def run():
        with serving(municipality):
            barrier.wait()
            work()
        connections.close_all()

    started = [Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(60)
        assert not thread.is_alive()


def times_accepted(held):
    return Counter(Counter(message.to for message in held.messages.values()).values())


def carry():
    while deliveries.deliver_due(at=timezone.now()):
        pass


class TestFourCouriers:
    def test_have_each_message_accepted_exactly_once(self, due, carrier):
        all_at_once(due, carry)

        assert times_accepted(carrier) == {1: COUNT}
        with serving(due):
            assert Message.objects.filter(state="accepted").count() == COUNT
            assert Attempt.objects.count() == COUNT

    def test_would_send_twice_if_they_only_looked(self, due, carrier, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        look = (
            "WITH seen AS MATERIALIZED (SELECT id, carrier, pg_sleep(0.005) FROM "
            "notifications_message WHERE state = 'pending' AND kind = 'confirmed' "
            "AND carrier = %(carrier)s AND not_before <= %(at)s AND not_after > %(at)s "
            "AND created_at > %(made_after)s ORDER BY not_before LIMIT %(limit)s), taken AS ("
            "UPDATE notifications_message m SET state = 'sending' FROM seen WHERE m.id = seen.id) "
            "INSERT INTO notifications_attempt (id, message_id, number, carrier, tried_at, result,"
            " provider_id, status, error_code) SELECT gen_random_uuid(), id, "
            "pg_backend_pid() %% 30000, carrier, %(at)s, 'sending', '', '', '' FROM seen "
            "RETURNING id, message_id, number"
        )
        monkeypatch.setattr(_claim, "FIRST", look)

        all_at_once(due, lambda: deliveries.deliver_due(at=timezone.now()))

        assert max(times_accepted(carrier)) > 1


class TestAKilledCourier:
    def test_sends_nothing_twice_and_loses_nothing(self, due, carrier, monkeypatch):
        carrier.usual = Behaviour(missing=("all",), answer_seconds=0.05, statuses=())
        begun = timezone.now()

        for _ in range(4):
            _kill_after(0.25, carrier)
        with serving(due):
            carry()
            lost = Attempt.objects.filter(result="sending").count()
            for minutes in (3, 17):
                deliveries.sweep(at=begun + timedelta(minutes=minutes))
            deliveries.deliver_due(at=begun + timedelta(minutes=17))
            states = Counter(Message.objects.values_list("state", flat=True))

        assert lost > 0
        assert states == {"accepted": COUNT}
        assert times_accepted(carrier) == {1: COUNT}


def _kill_after(seconds, held):
    """A courier in a process of its own, killed without a word once it is at work."""
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.utils import timezone\n"
        "from notifications import deliveries\n"
        "from tenancy import municipalities\n"
        "from tenancy.current import serving\n"
        f"settings.WAKU_CARRIER_URL = {os.environ['TEST_CARRIER_URL']!r}\n"
        "with serving(municipalities.find(code='999997')):\n"
        "    while deliveries.deliver_due(at=timezone.now()): pass\n"
    )
    before = len(held.asked)
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"},
    )
    deadline = time.monotonic() + 30
    while len(held.asked) == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture(autouse=True)
def _carrier_url(here):
    os.environ["TEST_CARRIER_URL"] = here.url
    yield
    del os.environ["TEST_CARRIER_URL"]


class TestCallbacksOverHttp:
    @pytest.mark.parametrize(
        ("name", "behaviour", "state", "receipts"),
        [
            ("honest", Behaviour(), "delivered", 2),
            ("reversed", Behaviour(order="reversed"), "delivered", 2),
            ("shuffled", Behaviour(statuses=("sending", "sent", "delivered"), order="shuffled"),
             "delivered", 3),
            ("repeated", Behaviour(copies=3), "delivered", 2),
            ("forged", Behaviour(statuses=("sent",), forged=2), "sent", 1),
            ("only forged", Behaviour(forged=1, missing=("all",)), "accepted", 0),
            ("late", Behaviour(delay_seconds=0.3), "delivered", 2),
            ("undelivered", Behaviour(statuses=("sent", "undelivered"), error_code=30006),
             "undelivered", 2),
            ("lost answer", Behaviour(creation=Creation.UNAVAILABLE_AFTER_ACCEPT), "delivered", 2),
            ("broken off", Behaviour(creation=Creation.CLOSE_AFTER_ACCEPT), "delivered", 2),
            ("hanging", Behaviour(creation=Creation.HANG_AFTER_ACCEPT, hang_seconds=1),
             "delivered", 2),
            ("at once", Behaviour(step_seconds=0, answer_seconds=0.3), "delivered", 2),
        ],
    )  # fmt: skip
    def test_end_in_the_right_state(
        self,
        live_municipalities,
        address,
        carrier,
        monkeypatch,
        name,
        behaviour,
        state,
        receipts,
    ):
        from notifications.channels import sms

        monkeypatch.setattr(sms, "READ_SECONDS", 0.5)
        carrier.callback_origin = f"http://127.0.0.1:{address.port}"
        carrier.usual = behaviour
        with serving(live_municipalities.mihon):
            set_up_sender()
            message = promise(at=timezone.now(), recipient=number(1))
            deliveries.deliver_due(at=timezone.now())
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                message.refresh_from_db()
                if message.state == state and Receipt.objects.count() == receipts:
                    break
                time.sleep(0.02)
            time.sleep(0.1)
            message.refresh_from_db()

            assert (message.state, Receipt.objects.count()) == (state, receipts)
            assert message.attempts.get().provider_id == next(iter(carrier.messages))
        assert times_accepted(carrier) == {1: 1}
        assert {told.answer for told in carrier.told if told.forged} <= {403}
        assert {told.answer for told in carrier.told if not told.forged} <= {200}
