"""Every door of a town after a busy day, attacked (T04, T12, T17, T46, R22): junk in every field,
bodies that no page sends, ids of nobody, people without the right. Never a fault; and whoever may
not change anything changes nothing.
"""

import functools
import itertools
import uuid
from html.parser import HTMLParser

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenancy.current import municipality_atomic, serving
from tenancy.permissions import Role, allows
from tests import cast
from tests.house import busy_day
from tests.house.busy_day import here_and_answering
from tests.house.doors import addresses
from tests.house.test_policies import checksum
from tests.serving import desk

answering, here = here_and_answering
FORM = "application/x-www-form-urlencoded"
PART = "multipart/form-data; boundary=x"
FIELD = b'--x\r\nContent-Disposition: form-data; name="reason"'
BODIES = [
    (b"\xff\xfe\x00a=\x80", FORM),
    (b"reason=b", "multipart/form-data"),
    (FIELD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n", PART),
    (FIELD + b'; filename="../../\x00"\r\n\r\nPK\x03\x04\r\n--x--\r\n', PART),
    (b'{"reason": [1]}', "application/json"),
    (b"&".join(b"f%d=1" % number for number in range(3000)), FORM),
    (b"reason=" + b"b" * 3_000_000, FORM),
]
WORDS = [
    "", " ", "\x00", "0", "-1", "9" * 30, "9" * 5000, "2147483648", "9223372036854775808", "1e5",
    "NaN", "٣", "1.5", "on", "true", "null", "[" * 3000, '{"id": [1]}', "%00", "../../etc/passwd",
    "2026-02-30", "0001-01-01", "9999-12-31", "99999-01-01", "25:61", "web", "1", "2", "見本",
    "\u202e123", "\r\nX: y", "😀" * 20, "{{ 7*7 }}", "%s%n", "1 OR 1=1", "'; DROP TABLE x; --",
    "1; RESET ROLE; --", "\\' UNION SELECT 1,2,3 --", "1) OR pg_sleep(9)::text='", str(uuid.UUID(int=7)),
]  # fmt: skip
JUNK = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec="utf-8"), max_size=30))
EXAMPLES = 100


class Names(HTMLParser):
    """What the fields of a page are called."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        if tag in {"input", "select", "textarea", "button"}:
            self.found |= {value for key, value in attrs if key == "name" and value}


@pytest.fixture
def town(served, settings, tmp_path, here):
    return busy_day.fill_at_home(settings, tmp_path, here)


def comers(town):
    """(door, address, browser) of whoever may come in, everywhere."""
    for kind in ("staff", "resident"):
        for door in addresses(kind):
            if kind == "staff":
                yield door, town.path(door), town.client(door)
            else:
                for visitor in town.visitors.values():
                    yield door, town.path(door), visitor.client


def undone(client, send):
    """The status of a request whose every trace is taken back, in the database and the browser."""
    client.raise_request_exception, cookies = False, client.cookies.copy()
    with municipality_atomic():
        status = send().status_code
        transaction.set_rollback(True, using="default")
    client.cookies = cookies
    return status


class TestEveryDoor:
    def test_bears_bodies_that_no_page_sends(self, town):
        """Two of them at each door, in turn."""
        wrong, turn = [], itertools.cycle(BODIES)
        for door, path, client in comers(town):
            for body, kind in (next(turn), next(turn)):
                send = functools.partial(client.generic, "POST", path, body, content_type=kind)
                status = undone(client, send)
                wrong += [(str(door), body[:40], kind, status)] if status >= 500 else []
                if status == 405:
                    break

        assert wrong == []

    def test_bears_junk_in_every_field(self, town):
        every = list(comers(town))
        names = sorted(fields_of(town, every))
        assert len(names) > 100

        @given(
            one=st.sampled_from(every),
            method=st.sampled_from(["post", "post", "get"]),
            fields=st.dictionaries(st.sampled_from(names), JUNK, min_size=40),
        )
        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def bears(one, method, fields):
            _door, path, client = one
            assert undone(client, lambda: getattr(client, method)(path, fields)) < 500

        bears()

    def test_that_has_a_fault_is_found(self, town, monkeypatch):
        from callcentre.views import claims

        monkeypatch.setattr(claims, "whole_number", int)
        party = town.ids["console/parties/"]
        client = town.client_of("operator")
        send = functools.partial(
            client.post, f"/console/parties/{party}/move/", {"version": "9" * 5000}
        )

        assert undone(client, send) == 500


def fields_of(town, every):
    """What the fields of all pages are called; each address leads to something that is there."""
    texts, met = [], {}
    for door, path, client in every:
        answer = client.get(path)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            texts.append(answer.text)
        if town.knows(door) or answer.status_code != 404:
            met[str(door)] = min(answer.status_code, met.get(str(door), 999))
    # What nobody saw proves nothing.
    assert {door: one for door, one in met.items() if one not in {200, 204, 302, 405}} == {}
    assert sum(status == 200 for status in met.values()) > 75
    return names_in(texts)


def names_in(texts):
    """What the fields of these pages are called."""
    page = Names()
    for text in texts:
        page.feed(text)
    return page.found - {"csrfmiddlewaretoken"}


def unchanged(town):
    """The rows as they are once everybody has signed in."""
    for role in Role.values:
        town.client_of(role)
    return checksum()


class TestWhoMayNot:
    def test_changes_nothing_anywhere(self, town, tameshi):
        with serving(tameshi):
            other = desk(cast.staff("ward_officer"), label="tameshi").cookies
        stranger = desk(None)
        stranger.cookies = other
        before = unchanged(town)
        for door in addresses("staff"):
            if door.policy.audience != "staff":
                continue
            path, said = town.path(door), {"reason": "x", "purpose": "ward", "agreed": "on"}
            assert stranger.post(path, said).status_code in {302, 403, 405}, str(door)
            for role in Role.values:
                if not allows(role, door.policy.permission):
                    answer = town.client_of(role).post(path, said)
                    assert answer.status_code in {403, 405}, (str(door), role)

        assert checksum() == before

    def test_finds_nothing_under_an_id_of_nobody(self, town):
        before, wrong = unchanged(town), []
        for door in addresses("staff"):
            if not any(gap in door.route for gap in ("<uuid:", "<int:")):
                continue
            path = busy_day.of_nobody(door)
            for method in ("get", "post"):
                status = getattr(town.client(door), method)(path, {"reason": "x"}).status_code
                wrong += [(path, method, status)] if status not in {404, 405, 409, 422, 302} else []

        assert wrong == []
        after = checksum()
        assert {name for name in after if after[name] != before[name]} <= {"callcentre_console"}
