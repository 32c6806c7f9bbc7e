"""Whoever calls a task speaks to our broker: in any process of the house, in any of its threads."""

import subprocess
import sys

PROGRAM = """
import threading, django
django.setup()
from exchange.tasks import build
thread = threading.Thread(target=lambda: print(build.app.main, build.app.conf.broker_url))
thread.start()
thread.join()
"""


def test_a_request_in_a_thread_of_its_own_hands_tasks_to_our_worker(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings_test")
    monkeypatch.setenv("WAKU_VALKEY_URL", "redis://127.0.0.1:1/7")

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )

    assert done.stdout == "waku redis://127.0.0.1:1/7\n", done.stderr
