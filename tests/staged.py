"""A stage of the tests' own, and who speaks to it: one line, a crowd, a resident's browser."""

import collections
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
import warnings
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from config import embedded

HOUSE = Path(embedded.__file__).parents[2]
HOST = "mihon.localhost"


class Page(NamedTuple):
    """What one request got."""

    status: int
    headers: object
    cookies: tuple
    body: bytes


class Stage:
    """A stage of our own, and requests to it as a browser sends them."""

    def __init__(self, folder, run):
        self.folder, self.port = folder, embedded.free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "WAKU_STAGE_FOLDER": str(folder),
            "WAKU_STAGE_PORT": str(self.port),
            "WAKU_RUN": run,
            "WAKU_DEMO_PEOPLE": "60",
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

    def answer(self, path, **headers):
        """One page with its headers and cookies, asked on a line of its own."""
        line = self.connection()
        line.request("GET", path, headers={"Host": HOST, **headers})
        answer = line.getresponse()
        cookies = tuple(answer.headers.get_all("Set-Cookie", []))
        found = Page(answer.status, answer.headers, cookies, answer.read())
        line.close()
        return found

    def say(self, words):
        """The status that nginx gives to these very lines; 400 where it hangs up without one."""
        line = self.connection()
        line.connect()
        sent = f"{words.format(host=HOST)}\r\nConnection: close\r\n\r\n"
        line.sock.sendall(sent.encode("latin-1"))
        told = line.sock.recv(4096).split(b" ")
        line.close()
        return int(told[1]) if len(told) > 1 else 400

    def shakes_hands(self, *, ciphers="ALL", newest=ssl.TLSVersion.TLSv1_2, believes="its own"):
        """Whether TLS begins with somebody who can do no better than this."""
        authority = self.folder / "certificates" / "ca.pem"
        secure = ssl.create_default_context(cafile=authority if believes == "its own" else None)
        secure.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is old is what is asked here
            secure.maximum_version = newest
        try:
            secure.set_ciphers(ciphers)
            plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            with plain, secure.wrap_socket(plain, server_hostname=HOST):
                return True
        except (ssl.SSLError, ConnectionError):
            return False

    @property
    def carrier(self):
        """Where the carrier's stand-in shows what it got."""
        return re.search(r"http://127\.0\.0\.1:\d+", self.words).group()

    def kept(self, what):
        with urllib.request.urlopen(f"{self.carrier}/_control/{what}", timeout=30) as answer:
            return json.load(answer)

    def inside(self, door, path):
        """What a process says to who comes straight to it."""
        command = Path(f"/proc/{self.pids(door)[0]}/cmdline").read_bytes().split(b"\0")
        port = int(command[command.index(b"--port") + 1])
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": door})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def pids(self, door, program=b"granian"):
        """The processes of one door of this stage."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            ours = f"WAKU_SPOOL={self.folder}/spool".encode() in told
            if ours and f"WAKU_DOORS={door}".encode() in told and program in command:
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


class Browser:
    """A resident's browser, as far as a test needs one: cookies, forms, redirects by hand."""

    def __init__(self, stage):
        self.line, self.cookies = stage.connection(), {}

    def ask(self, method, path, fields=None):
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("__Host-csrf", "")} | fields) if fields else None  # fmt: skip
        headers = {
            "Host": HOST,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"https://{HOST}:{self.line.port}{path}",
            "Origin": f"https://{HOST}:{self.line.port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.line.request(method, path, body=body, headers=headers)
        answer = self.line.getresponse()
        for words in answer.headers.get_all("Set-Cookie", []):
            name, _, value = words.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def get(self, path):
        status, page = self.ask("GET", path)
        assert status == 200, (path, status)
        return page

    def post(self, path, **fields):
        status, page = self.ask("POST", path, fields)
        assert status == 302, (path, status, page)


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
