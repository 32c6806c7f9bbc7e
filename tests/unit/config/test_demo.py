"""make demo starts everything, shows where it is, and leaves nothing behind."""

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded, leftovers

HOUSE = Path(embedded.__file__).parents[2]


def started(folder, port, run):
    """A demo of our own; returns it once it is open to people, with all it said."""
    environment = {
        "PATH": os.environ["PATH"],
        "WAKU_DEMO_FOLDER": str(folder),
        "WAKU_DEMO_PEOPLE": "40",
        "WAKU_PORT": str(port),
        "WAKU_RUN": run,
    }
    demo = subprocess.Popen(
        [sys.executable, "-m", "config.demo"],
        cwd=HOUSE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    return demo, "".join(said)


def status(port, host, path="/"):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = line.getresponse()
    words = answer.read().decode()
    line.close()
    return answer.status, words


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


class TestDemo:
    @pytest.mark.parametrize("again", [False, True], ids=["first start", "second start"])
    def test_opens_and_leaves_nothing(self, folder, again, request):
        port, run = embedded.free_port(), f"demo-{os.getpid()}-{again}"
        demo, said = started(folder, port, run)
        try:
            assert "The demo is running" in said, said
            assert f"http://mihon.localhost:{port}/" in said
            assert status(port, "unknown.localhost")[0] == 404
        finally:
            demo.send_signal(signal.SIGINT)
            last_words, _ = demo.communicate(timeout=60)

        assert demo.returncode == 0
        assert "nothing is left running" in last_words
        assert leftovers.processes(run) == {}

    def test_a_taken_port_is_one_sentence_and_starts_nothing(self, tmp_path):
        with embedded.ValkeyServer(tmp_path / "other") as other:
            demo, said = started(tmp_path / "demo", other.port, "demo-taken")
            demo.communicate(timeout=20)

        assert demo.returncode == 1
        assert f"Port {other.port} is used by another program" in said
        assert not (tmp_path / "demo").exists()


class TestOnlyADemo:
    def test_it_is_not_part_of_the_house(self):
        from django.conf import settings

        assert "config.demo" not in settings.INSTALLED_APPS

    @pytest.mark.parametrize(
        ("setting", "words"),
        [({"WAKU_LOOPBACK": "0"}, "never exists in production"), ({}, "simulator of this machine")],
    )
    def test_refuses_anything_but_loopback_and_the_simulator(self, setting, words):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "WAKU_DEMO": "1",
            **setting,
        }
        done = subprocess.run(
            [sys.executable, "bin/manage", "check"],
            cwd=HOUSE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode != 0
        assert words in done.stderr
