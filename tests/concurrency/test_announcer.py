"""The announcer hears a change within 0.2 s, and finds it within a round where it hears nothing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from django.utils import timezone

from tenancy import live
from tenancy.current import municipality_atomic, on_commit, serving
from tenancy.models import Topic
from tests import cast
from venues import announcer
from venues.models import Bucket

pytestmark = pytest.mark.concurrency
ROOT = Path(__file__).parents[2]


@contextmanager
def announcing(monkeypatch, *, every):
    """An announcer in a thread of its own."""
    from django.db import connections

    monkeypatch.setattr(announcer, "ROUND_SECONDS", every)
    stop = Event()

    def work():
        announcer.Announcer(clock=timezone.now).run(stop)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture
def bucket(live_municipalities):
    with serving(live_municipalities.mihon):
        return cast.slot(day=timezone.localdate() + timezone.timedelta(days=7))[1]


def eventually(question, *, within):
    began = time.monotonic()
    while time.monotonic() - began < within:
        if question():
            return time.monotonic() - began
        time.sleep(0.01)
    pytest.fail(f"not within {within} s")


def sequence():
    return Topic.objects.filter(name="places").values_list("seq", flat=True).first() or 0


def announced(bucket):
    body = Topic.objects.get(name="places").body
    return body["buckets"][str(bucket.pk)]["taken"]


def test_a_stir_is_announced_at_once_and_many_together(live_municipalities, bucket, monkeypatch):
    with announcing(monkeypatch, every=60.0), serving(live_municipalities.mihon):
        eventually(lambda: sequence() == 1, within=15)
        for taken in (1, 2, 3):
            with municipality_atomic():
                Bucket.objects.filter(pk=bucket.pk).update(taken=taken)
                on_commit(live.stir)

        # The next round is a minute away: whatever is announced now was heard.
        eventually(lambda: announced(bucket) == 3, within=10)
        assert sequence() <= 4


def test_without_valkey_the_next_round_finds_it(live_municipalities, bucket, monkeypatch, settings):
    settings.WAKU_VALKEY_URL = "redis://127.0.0.1:1/0"
    with announcing(monkeypatch, every=0.3), serving(live_municipalities.mihon):
        eventually(lambda: sequence() == 1, within=15)
        Bucket.objects.filter(pk=bucket.pk).update(taken=1)

        eventually(lambda: sequence() == 2, within=15)


def test_two_announcers_count_without_gaps_and_end_with_the_truth(
    live_municipalities, bucket, monkeypatch
):
    with announcing(monkeypatch, every=0.05), announcing(monkeypatch, every=0.05):
        with serving(live_municipalities.mihon):
            seen = []
            for taken in (1, 2, 3, 4, 3, 2, 1):
                Bucket.objects.filter(pk=bucket.pk).update(taken=taken)
                time.sleep(0.1)
                seen.append(sequence())
            eventually(lambda: announced(bucket) == 1, within=15)

            assert seen == sorted(seen)
            assert sequence() <= 8


def test_the_process_says_it_is_ready_and_ends_when_told(live_municipalities, bucket, tmp_path):
    with serving(live_municipalities.mihon):
        log = (tmp_path / "announcer.log").open("w+")
        process = subprocess.Popen(
            [sys.executable, "bin/manage", "announce"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "WAKU_OWNER_DATABASE_URL": ""},
            stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            eventually(lambda: sequence() == 1, within=30)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(10)
        log.seek(0)

        assert log.read() == "announcer: ready.\n"
        assert code == 0
        log.close()
