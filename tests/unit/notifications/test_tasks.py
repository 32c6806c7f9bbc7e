import time
from threading import Event, Thread

import pytest
from django.db import connections
from django.utils import timezone

from notifications import deliveries, tasks
from notifications.models import Message
from tenancy import municipalities
from tenancy.current import serving
from tests.carrying import promise, set_up_sender, state_of


class TestDeliverDue:
    def test_carries_everything_that_is_due(self, sender, carrier):
        for n in range(30):
            promise(recipient=f"+8170999902{n:02}", at=timezone.now())

        assert tasks.deliver_due(municipality_code="999997") == 30
        assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}

    def test_ends_and_asks_for_another_turn_when_its_time_is_over(
        self, sender, carrier, monkeypatch
    ):
        asked = []
        monkeypatch.setattr(tasks, "RUN_SECONDS", 0)
        monkeypatch.setattr(tasks.deliver_due, "delay", lambda **given: asked.append(given))

        tasks.deliver_due(municipality_code="999997")

        assert asked == [{"municipality_code": "999997"}]

    def test_leaves_the_work_to_one_that_is_at_it(self, live_municipalities, carrier):
        held, done = Event(), Event()

        def busy():
            with serving(live_municipalities.mihon), deliveries.alone("deliver"):
                held.set()
                done.wait(10)
            connections.close_all()

        with serving(live_municipalities.mihon):
            set_up_sender()
            message = promise(at=timezone.now())
        other = Thread(target=busy)
        other.start()
        assert held.wait(10)

        assert tasks.deliver_due(municipality_code="999997") == 0

        done.set()
        other.join()
        assert tasks.deliver_due(municipality_code="999997") == 1
        with serving(live_municipalities.mihon):
            assert state_of(message) == "accepted"

    def test_works_for_no_unknown_municipality(self, served):
        with pytest.raises(municipalities.UnknownMunicipality):
            tasks.deliver_due(municipality_code="131041")


class TestPace:
    def test_is_the_senders_own(self, served, carrier):
        set_up_sender(sms_per_second=20)
        for n in range(10):
            promise(recipient=f"+8170999902{n:02}", at=timezone.now())
        begun = time.monotonic()

        deliveries.deliver_due(at=timezone.now())

        assert time.monotonic() - begun >= 9 / 20


class TestSweep:
    def test_flags_what_is_too_late(self, sender, carrier):
        long_ago = timezone.now() - timezone.timedelta(days=2)
        message = promise(at=long_ago, not_after=long_ago + timezone.timedelta(days=1))

        tasks.sweep(municipality_code="999997")

        assert state_of(message) == "suppressed"
