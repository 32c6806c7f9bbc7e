"""make stage: production's own files run on this machine, and a door is exchanged in full use.

Needs nginx; without it these tests are left out and say so.
"""

import collections
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config import embedded, leftovers
from config.stage import front

HOUSE = Path(embedded.__file__).parents[2]
HOST = "mihon.localhost"
pytestmark = pytest.mark.skipif(
    front.program() is None, reason="nginx がありません (nginx is not installed here)"
)


class Stage:
    """A stage of our own, and requests to it as a browser sends them."""

    def __init__(self, folder, run):
        self.folder, self.port = folder, embedded.free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "WAKU_STAGE_FOLDER": str(folder),
            "WAKU_STAGE_PORT": str(self.port),
            "WAKU_RUN": run,
        }
        self.said = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.stage"],
            cwd=HOUSE,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C で終了" in line:
                break
        self.reader = threading.Thread(target=self.read_on, daemon=True)
        self.reader.start()

    def read_on(self):
        self.said.extend(self.process.stdout)

    @property
    def words(self):
        return "".join(self.said)

    def ask(self, *words):
        return subprocess.run(
            [sys.executable, "-m", "config.stage", *words],
            cwd=HOUSE, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def connection(self):
        return Line(self.port, self.folder / "certificates" / "ca.pem")

    def get(self, path, **headers):
        line = self.connection()
        line.request("GET", path, headers={"Host": HOST, **headers})
        answer = line.getresponse()
        body = answer.read().decode(errors="replace")
        line.close()
        return answer.status, body

    def pids(self, door):
        """The processes of one door of this stage."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            ours = f"WAKU_SPOOL={self.folder}/spool".encode() in told
            if ours and f"WAKU_DOORS={door}".encode() in told and b"granian" in command:
                found.append(int(entry.name))
        return found

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(120)
        self.reader.join(10)
        self.process.stdout.close()


class Line(http.client.HTTPSConnection):
    """One TLS connection to loopback under the host's own name and the stage's authority."""

    def __init__(self, port, authority):
        super().__init__(HOST, port, timeout=60)
        self.secure = ssl.create_default_context(cafile=authority)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.sock = self.secure.wrap_socket(plain, server_hostname=HOST)


class Crowd:
    """Requests without end, in several threads; every answer and every failure is counted.

    A connection that nginx closed between two requests is opened again once, as browsers do.
    """

    def __init__(self, stage, paths):
        self.stage, self.over = stage, threading.Event()
        self.answers, self.failures = collections.Counter(), []
        self.threads = [threading.Thread(target=self.ask, args=(path,)) for path in paths]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(120)

    def ask(self, path):
        line, used = self.stage.connection(), 0
        while not self.over.is_set():
            try:
                line.request("GET", path, headers={"Host": HOST})
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as problem:
                if not (used and isinstance(problem, ConnectionError)):
                    self.failures.append(repr(problem))
                line.close()
                line, used = self.stage.connection(), 0
                continue
            used += 1
            self.answers[answer.status] += 1
            if answer.status >= 500:
                self.failures.append(f"{path} {answer.status}")
        line.close()

    def wait_for(self, count):
        wanted = sum(self.answers.values()) + count
        deadline = time.monotonic() + 120
        while sum(self.answers.values()) < wanted:
            assert time.monotonic() < deadline, "no answers"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    run = f"stage-{os.getpid()}"
    found = Stage(tmp_path_factory.mktemp("stage"), run)
    assert found.process.poll() is None, found.words
    yield found
    found.end()
    assert "終了しました" in found.words
    assert not leftovers.processes(run)


def test_has_a_municipality_and_an_account_by_the_documented_commands(stage):
    assert "keeper1 を作りました。" in stage.words
    assert f"https://staff.mihon.localhost:{stage.port}/sign-in/" in stage.words
    assert "999997 見本市" in stage.ask("manage", "municipality", "list").stdout


def test_serves_the_pages_over_tls_and_nothing_of_the_inside(stage):
    assert stage.get("/")[0] == 200
    assert stage.get("/healthz")[0] == 204
    for path in ("/readyz", "/livez", "/metrics"):
        assert stage.get(path)[0] == 404
        assert stage.get(path, Host="inside")[0] == 404


def test_gives_one_copy_of_the_free_places_to_everybody(stage):
    """A question of one's own would get past the copy, and a crowd of them to the web processes."""
    for path in ("/free-places.json", "/free-places.csv"):
        plain = stage.get(path)
        assert plain[0] == 200
        assert stage.get(f"{path}?mine=1", Cookie="__Host-sid=x")[1] == plain[1]
        assert stage.get(path, **{"Accept-Encoding": "gzip"})[0] == 200


def test_a_door_is_exchanged_without_a_failed_request(stage):
    with Crowd(stage, ["/", "/", "/healthz", "/healthz"]) as crowd:
        crowd.wait_for(20)
        said = stage.ask("restart", "web").stdout
        crowd.wait_for(20)

    assert "web-2: 応答しています" in said
    assert "web-1: 終了しました" in said
    assert crowd.failures == []


def test_the_danger_is_real_when_a_door_is_simply_killed(stage):
    with Crowd(stage, ["/", "/healthz"]) as crowd:
        crowd.wait_for(10)
        for pid in stage.pids("web"):
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 120
        while not crowd.failures:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        while "もう一度始めました" not in stage.words or stage.get("/healthz")[0] != 204:
            assert time.monotonic() < deadline
            time.sleep(0.5)

    assert crowd.failures
