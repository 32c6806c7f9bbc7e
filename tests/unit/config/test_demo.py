"""make demo starts everything, shows where it is, and leaves nothing behind."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.http import Http404

from config import embedded, leftovers
from config.demo.guard import demo_page, is_demo
from tenancy.models.standing import Stage, Standing

HOUSE = Path(embedded.__file__).parents[2]


def started(folder, port, run, *, until="Ctrl-C"):
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
        if until in line:
            break
    return demo, "".join(said)


def status(port, host, path="/"):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = line.getresponse()
    words = answer.read().decode()
    line.close()
    return answer.status, words


def wait_for_words(port, town, words, *, seconds=60):
    """Until the guide shows an SMS with these words, and none of another town."""
    deadline = time.monotonic() + seconds
    while words not in (shown := status(port, f"staff.{town}.localhost", "/demo/received/")[1]):
        assert time.monotonic() < deadline, shown
        time.sleep(0.5)
    assert "【試市】" not in shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


class TestDemo:
    def test_killed_half_way_leaves_no_process(self, folder):
        """The starts below find what it left."""
        run = f"demo-{os.getpid()}-killed"
        demo, said = started(folder, embedded.free_port(), run, until="Valkey")
        demo.kill()
        demo.communicate()

        assert "Valkey" in said
        deadline = time.monotonic() + 15
        while leftovers.processes(run) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert leftovers.processes(run) == {}

    @pytest.mark.parametrize("again", [False, True], ids=["first start", "second start"])
    def test_opens_and_leaves_nothing(self, folder, again, request):
        port, run = embedded.free_port(), f"demo-{os.getpid()}-{again}"
        demo, said = started(folder, port, run)
        try:
            assert "The demo is running" in said, said
            assert f"http://mihon.localhost:{port}/" in said
            assert status(port, "unknown.localhost")[0] == 404
            code, guide = status(port, "staff.mihon.localhost", "/demo/")
            assert code == 200
            assert {"officer1", "officer2", "operator1"} <= set(re.findall(r"\w+", guide))
            assert len(re.findall(r">\d{6}<", guide)) >= 8, "each account shows its code"
            assert "見本市 40人" in said
            assert "見本市民ホール、見本総合体育館、見本保健センター" in said
            assert ("新たに0日分" in said) is again
            booked = re.search(r"(\d+)人が予約", said)
            assert booked and (int(booked[1]) == 0) is again, said
            if not again:
                wait_for_words(port, "mihon", "【見本市】明日")
            assert len(re.findall(r">999\d{7}<", guide)) >= 10, "dummy residents with vouchers"
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

    def test_a_port_that_is_no_number_is_one_sentence(self, tmp_path):
        demo, said = started(tmp_path / "demo", "eighty", "demo-eighty")
        demo.communicate(timeout=20)

        assert demo.returncode == 1
        assert "WAKU_PORT is a number from 1 to 65535" in said
        assert "Traceback" not in said


class TestOnlyADemo:
    @pytest.fixture
    def request_of_the_demo(self, served, settings, rf):
        settings.WAKU_DEMO = settings.WAKU_LOOPBACK = True
        return rf.get("/demo/", headers={"host": "staff.mihon.localhost:8000"})

    def test_the_guide_answers_on_this_machine(self, request_of_the_demo):
        assert is_demo(request_of_the_demo)

    @pytest.mark.parametrize("setting", ["WAKU_DEMO", "WAKU_LOOPBACK"])
    def test_no_guide_without_the_setting(self, request_of_the_demo, settings, setting):
        setattr(settings, setting, False)

        assert not is_demo(request_of_the_demo)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("REMOTE_ADDR", "192.0.2.7"), ("HTTP_HOST", "staff.mihon.example.jp")],
    )
    def test_no_guide_for_another_machine_or_a_real_host(self, request_of_the_demo, name, value):
        request_of_the_demo.META[name] = value

        assert not is_demo(request_of_the_demo)
        with pytest.raises(Http404):
            demo_page(lambda request: None)(request_of_the_demo)

    def test_no_guide_once_the_municipality_leaves_the_building_stage(self, request_of_the_demo):
        Standing.objects.update_or_create(pk=1, defaults={"stage": Stage.TRIAL})

        assert not is_demo(request_of_the_demo)

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
