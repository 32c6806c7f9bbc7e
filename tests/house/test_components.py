"""What we install and whom we talk to (ASVS 12, 13, 15; T44)."""

import ast
import inspect
import os
import re
import subprocess
import sys

import yaml
from twilio.http.http_client import TwilioHttpClient

from config import settings as production
from tests.house.sources import ROOT, assert_none, called, python

LISTS = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[^\]]*\])?==\S+", re.MULTILINE)


def entries(name):
    """(package, hashes) of a hashed list."""
    text = (ROOT / name).read_text("utf-8")
    joined = text.replace("\\\n", " ")
    return [
        (line.split("==")[0], re.findall(r"--hash=sha256:[0-9a-f]{64}", line))
        for line in joined.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]


class TestComponents:
    def test_are_pinned_with_hashes(self):
        for name in LISTS:
            found = entries(name)
            assert len(found) > 40
            assert_none(f"{name}: {package}" for package, hashes in found if not hashes)
            assert_none(
                f"{name}: {p}" for p, _ in found if p.startswith(("-", "http:", "https:", "git+"))
            )

    def test_are_installed_from_those_lists_only(self):
        setup = (ROOT / "bin" / "setup").read_text("utf-8")
        image = (ROOT / "Dockerfile").read_text("utf-8")

        assert "--require-hashes" in setup
        assert "--require-hashes" in image

    def test_audit_fails_closed(self):
        """With no way out, nothing can be looked up: that is a failure and not silence."""
        nowhere = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
        line = [sys.executable, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip",
                "--progress-spinner", "off", "--timeout", "2", "-r", "requirements.txt"]  # fmt: skip
        done = subprocess.run(
            line, cwd=ROOT, env=os.environ | nowhere, check=False, capture_output=True, timeout=120
        )

        assert done.returncode != 0
        command = (ROOT / "bin" / "audit").read_text("utf-8")
        assert "--strict" in command and "exit 1" in command

    def test_every_one_that_we_name_says_what_for(self):
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        named = re.findall(
            r'^    "([a-z][^"]*)",(.*)$', text.split("[tool.ruff]", maxsplit=1)[0], re.MULTILINE
        )

        assert len(named) > 40
        assert_none(name for name, comment in named if "#" not in comment)


def keywords(name):
    """(place, value) of every keyword argument of this name in our calls."""
    for one in python():
        for node in ast.walk(one.tree):
            if isinstance(node, ast.Call):
                for k in node.keywords:
                    if k.arg == name:
                        yield f"{one.path}:{node.lineno}: {called(node)}({name}={ast.unparse(k.value)})"


class TestTransport:
    def test_nginx_speaks_the_newest_only(self):
        text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        (spoken,) = re.findall(r"ssl_protocols ([^;]+);", text)
        (suites,) = re.findall(r"ssl_ciphers ([^;]+);", text)

        assert set(spoken.split()) == {"TLSv1.2", "TLSv1.3"}
        assert all(one.startswith("ECDHE-") and ("GCM" in one or "CHACHA20" in one) for one in suites.split(":"))  # fmt: skip
        assert "server_tokens off;" in text

    def test_mail_and_carrier_are_reached_over_tls(self):
        assert production.MAILERS["default"]["OPTIONS"]["use_tls"] is not production.WAKU_LOOPBACK
        assert production.MAILERS["default"]["OPTIONS"]["timeout"] <= 30

    def test_nobody_turns_the_check_off(self):
        assert_none(line for line in keywords("verify") if line.endswith("verify=False)"))
        assert_none(line for line in keywords("check_hostname"))

    def test_nobody_follows_redirects(self):
        assert_none(line for line in keywords("allow_redirects") if not line.endswith("=False)"))
        assert_none(keywords("follow_redirects"))
        asked = inspect.signature(TwilioHttpClient.request).parameters["allow_redirects"]
        assert asked.default is False  # and nobody of ours says otherwise

    def test_compose_publishes_nginx_alone(self):
        shape = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))

        assert [name for name, one in shape["services"].items() if one.get("ports")] == ["nginx"]
