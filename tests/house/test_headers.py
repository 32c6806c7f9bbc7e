"""Headers, cookies and methods of every door (safety.md 6.1; ASVS 3, 4, 13; T23, T25, T28, T51)."""

import ast
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.house.doors import KINDS, addresses
from tests.house.sources import assert_none, called, python
from tests.house.test_policies import holder
from tests.serving import desk

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
POLICY = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
    "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "report-uri /content-policy/",
)  # fmt: skip
NAME = re.compile(r'^attachment; filename="[A-Za-z0-9_.-]{1,80}"$')


@pytest.fixture
def answers(served):
    """Every door of every host, asked once over TLS by who may come in, else by a stranger."""
    found, clients = [], {}
    for kind in KINDS:
        for door in addresses(kind):
            role = holder(door)
            if (kind, role) not in clients:
                clients[kind, role] = desk(cast.staff(role) if role else None, kind=kind)
            client = clients[kind, role]
            client.raise_request_exception = False
            found.append((str(door), client.get(door.path, secure=True)))
    return found


def missing(name, answer):
    for header, wanted in ALWAYS.items():
        if answer.headers.get(header) != wanted:
            yield f"{name}: {header}: {answer.headers.get(header)}"
    told = answer.headers.get("Content-Security-Policy", "")
    yield from (f"{name}: policy without {part}" for part in POLICY if part not in told)
    if "Permissions-Policy" not in answer.headers or "Cache-Control" not in answer.headers:
        yield f"{name}: no permissions or no word on keeping it"
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind.lower().replace(chr(34), ""):
        yield f"{name}: {kind}"


# Read by any page of anybody, without cookies: the public levels of free places.
OPEN_TO_ALL = {"resident:/free-places.json", "resident:/free-places.csv"}


class TestHeaders:
    def test_of_every_answer(self, answers):
        assert len(answers) > 60
        assert_none(line for name, answer in answers for line in missing(name, answer))

    def test_of_a_static_file_too(self, served):
        client = Client(headers={"host": "mihon.localhost"})
        path = "ui/tokens.css"
        assert finders.find(path)

        answer = client.get(f"/static/{path}", secure=True)
        answer.close()

        assert_none(missing("css", answer))

    def test_one_that_is_missing_is_found(self, served):
        answer = Client(headers={"host": "mihon.localhost"}).get("/", secure=True)
        del answer.headers["Referrer-Policy"]
        answer.headers["Content-Security-Policy"] = "default-src *"

        assert len(list(missing("/", answer))) == 1 + len(POLICY)

    def test_over_tls_every_answer_says_so(self, answers):
        assert {one.headers["Strict-Transport-Security"] for _, one in answers} == {
            ALWAYS["Strict-Transport-Security"]
        }

    def test_no_answer_but_the_open_data_opens_itself_to_other_origins(self, answers):
        opened = {
            (name, header, answer.headers[header])
            for name, answer in answers
            for header in answer.headers
            if header.lower().startswith("access-control-")
        }

        assert opened == {(name, "Access-Control-Allow-Origin", "*") for name in OPEN_TO_ALL}


class TestCookies:
    def test_of_every_page_carry_every_guard(self, answers):
        cookies = [(name, key, one) for name, a in answers for key, one in a.cookies.items()]

        assert cookies
        for name, key, one in cookies:
            assert key.startswith("__Host-"), (name, key)
            assert one["secure"] and one["path"] == "/" and not one["domain"], (name, key)
            assert one["httponly"] and one["samesite"] in {"Lax", "Strict"}, (name, key)
            assert len(key) + len(one.value) < 4096, (name, key)


class TestMethods:
    @pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"])
    def test_unusual_ones_are_refused(self, served, method):
        for kind in KINDS:
            client = desk(None, kind=kind)
            for door in addresses(kind):
                assert client.generic(method, door.path).status_code in {403, 405}, str(door)

    def test_a_repeated_field_counts_once(self, served):
        client = desk(None)
        once = client.post("/sign-in/", {"login": "nobody", "password": "x" * 20})
        twice = client.post("/sign-in/", {"login": ["officer1", "nobody"], "password": "x" * 20})

        assert once.status_code == twice.status_code
        assert b"officer1" not in twice.content


class TestSigningOut:
    def test_is_in_view_on_every_page(self, answers):
        pages = [
            (name, one.text)
            for name, one in answers
            if name.startswith("staff:")
            and one.status_code == 200
            and not one.streaming
            and "<html" in one.text
        ]
        before = {"staff:/sign-in/", "staff:/gallery/", "staff:/gallery/staff/"}

        assert len(pages) > 15
        assert_none(
            name
            for name, text in pages
            if name not in before and f'action="{"/sign-out/"}"' not in text
        )


class TestDownloads:
    def test_are_named_by_us(self, served):
        """The only value beside a literal is a name of ours: of a layout, a roster, a number."""
        for one in python():
            for node in ast.walk(one.tree):
                if isinstance(node, ast.Assign) and "Content-Disposition" in ast.unparse(node):
                    said = ast.unparse(node.value)
                    assert said.startswith(("'attachment; filename=\"", "f'attachment; filename=\"")), (
                        one.path, said,
                    )  # fmt: skip
            assert not any(
                called(node).endswith("FileResponse")
                and any(k.arg == "filename" for k in node.keywords)
                for node in ast.walk(one.tree)
                if isinstance(node, ast.Call)
            ), one.path

    def test_a_name_says_only_plain_letters(self, served):
        client = desk(cast.staff("ward_officer"))
        answer = client.get(reverse("exchange:sample", args=["TGT", 1], urlconf="config.urls_staff"))  # fmt: skip

        assert answer.status_code == 200
        assert NAME.match(answer.headers["Content-Disposition"])


class TestReports:
    REPORT = {
        "csp-report": {
            "effective-directive": "script-src-elem",
            "blocked-uri": "https://evil.example/steal?name=見本太郎",
            "document-uri": "https://mihon.localhost/mine/?x=見本太郎",
        }
    }

    def tell(self, body, **more):
        return desk(None, kind="resident").post(
            "/content-policy/", body, content_type="application/csp-report", **more
        )

    def test_of_a_breach_are_counted_without_what_they_carry(self, served, caplog):
        assert self.tell(json.dumps(self.REPORT)).status_code == 204

        (record,) = [one for one in caplog.records if "content policy" in one.msg]
        assert (record.reason, record.kind) == ("script-src", "https")
        assert "evil" not in caplog.text
        assert "見本" not in caplog.text

    @pytest.mark.parametrize(
        "body",
        ["", "{", "[]", "null", '{"csp-report": 3}', '{"csp-report": {}}', "[" * 5000,
         '{"csp-report": {"effective-directive": "x-forged\\nline"}}', "x" * 20_000],
    )  # fmt: skip
    def test_nonsense_is_answered_alike_and_written_nowhere(self, served, caplog, body):
        assert self.tell(body).status_code == 204
        assert not [one for one in caplog.records if "content policy" in one.msg]
