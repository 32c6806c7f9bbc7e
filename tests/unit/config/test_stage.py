"""make stage: production's own files run on this machine, and a door is exchanged in full use.

Needs nginx; without it these tests are left out and say so.
"""

import json
import os
import re
import signal
import ssl
import time
from contextlib import suppress
from datetime import date

import pytest
from django.utils import timezone

from config import leftovers
from config.stage import front
from exchange import dummy_targets
from shared.calendar import day_of
from tests.staged import Browser, Crowd, Stage

pytestmark = pytest.mark.skipif(
    front.program() is None, reason="nginx がありません (nginx is not installed here)"
)


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


# What walks up out of a folder, hides a path in another, or is two requests in one (T26, T48).
PATHS = [
    "/static/../config/settings.py", "/static/..%2f..%2fconfig/settings.py", "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static//etc/passwd", "/static/..\\..\\etc\\passwd", "/files/hand-in/", "/x/../files/hand-in/",
    "//files/hand-in/", "/.%2e/", "/metrics/", "/;/metrics", "/static/ui/tokens.css/../../../etc/passwd",
]  # fmt: skip
LINES = [
    ("GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example", {400}),
    ("GET / HTTP/1.1\r\nHost: evil.example", {404}),
    ("GET / HTTP/1.1\r\nHost: {host}.evil.example", {404}),
    ("GET https://evil.example/ HTTP/1.1\r\nHost: {host}", {404}),
    ("GET / HTTP/1.1\r\nX: y", {400}),
    ("GET / HTTP/1.0", {404}),
    ("TRACE / HTTP/1.1\r\nHost: {host}", {405}),
    ("GET /%00 HTTP/1.1\r\nHost: {host}", {400, 404}),
    ("POST /sign-in/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked", {400}),
    ("POST /sign-in/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 9", {400}),
    ("POST /sign-in/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked", {400, 501}),
    ("POST /sign-in/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1", {400}),
    ("GET /?page=1 HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/x; charset=rot13", {415}),
]  # fmt: skip


def test_leads_out_of_no_folder_and_reads_one_request_as_one(stage):
    assert {
        path: stage.get(path)[0] for path in PATHS if stage.get(path)[0] not in {400, 404}
    } == {}
    wrong = []
    for words, statuses in LINES:
        status = stage.say(words)
        wrong += [(words, status)] if status not in statuses else []
    assert wrong == []


def test_keeps_nobodys_page_for_the_next(stage):
    """nginx keeps copies of what is public; each visitor's page, token and cookie is their own (T28)."""
    pages = [stage.answer("/sign-in/", Cookie=mark) for mark in ("", "", "__Host-sid=x")]

    assert len({page.cookies for page in pages}) == len(pages)
    assert len({page.body for page in pages}) == len(pages), "each has a token of its own"
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}
    assert "Set-Cookie" not in stage.answer("/free-places.json").headers


def test_speaks_strong_tls_only_and_leads_there(stage):
    assert stage.shakes_hands(ciphers="ECDHE+AESGCM")
    for weak in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA"):
        assert not stage.shakes_hands(ciphers=f"{weak}:@SECLEVEL=0"), weak
    assert not stage.shakes_hands(ciphers="ALL:@SECLEVEL=0", newest=ssl.TLSVersion.TLSv1_1)
    assert not stage.shakes_hands(believes="nobody"), "its own authority is needed"
    told = stage.answer("/").headers
    assert told["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_gives_one_copy_of_the_free_places_to_everybody(stage):
    """A question of one's own would get past the copy, and a crowd of them to the web processes."""
    for path in ("/free-places.json", "/free-places.csv"):
        plain = stage.get(path)
        assert plain[0] == 200
        assert stage.get(f"{path}?mine=1", Cookie="__Host-sid=x")[1] == plain[1]
        assert stage.get(path, **{"Accept-Encoding": "gzip"})[0] == 200


def test_its_pages_have_their_style(stage):
    files = set(re.findall(r'"(/static/[^"]+)"', stage.get("/")[1]))

    assert len(files) > 3
    assert {stage.get(file)[0] for file in files} == {200}


def candidates():
    """Old people of the dummy list; the demo's visitors have booked for some of them."""
    wish = dummy_targets.Wish(
        people=60, municipality_code="999997", base_date=day_of(timezone.now()), seed=1
    )
    for row in dummy_targets.rows(wish):
        with suppress(ValueError):
            born = date.fromisoformat(str(row.born_on))
            if born.year < 1950 and row.status_flag == "0":
                yield row.voucher_number, born


def signed_in(stage):
    """A browser of somebody who may still book, and the voucher that was typed."""
    for voucher, born in candidates():
        browser = Browser(stage)
        browser.get("/sign-in/")
        browser.ask(
            "POST", "/sign-in/", {
                "voucher": voucher, "born_on_era": "", "born_on_year": born.year,
                "born_on_month": born.month, "born_on_day": born.day,
            },
        )  # fmt: skip
        if 'name="place"' in browser.ask("GET", "/choose/1/")[1]:
            return browser, voucher
        browser.line.close()
    raise AssertionError("nobody may book")


def test_a_person_books_through_tls_and_gets_the_sms(stage):
    furnished = stage.ask("furnish")
    assert "人が予約" in furnished.stdout, furnished.stderr
    browser, voucher = signed_in(stage)
    for dose in (1, 2):
        place = re.search(r'name="place" value="(\d+)"', browser.get(f"/choose/{dose}/")).group(1)
        browser.post(f"/choose/{dose}/take/", place=place)
    browser.get("/contact/")
    browser.post("/contact/", phone="07099994711", email="", speaker="self", notice="1")
    key = re.search(r'name="request_key" value="([^"]+)"', browser.get("/confirm/")).group(1)
    browser.post("/confirm/", request_key=key)
    browser.get("/done/")
    browser.line.close()

    wait_for(lambda: any(one["to"] == "+817099994711" for one in stage.kept("messages")))
    wait_for(lambda: any(one["answer"] in {200, 204} for one in stage.kept("told")))
    counted = stage.inside("web", "/metrics")
    assert re.search(r'waku_places_taken_total{channel="web"} [2-9]', counted)
    assert 'route="confirm/"' in counted
    assert "waku_municipalities 2.0" in stage.inside("desk", "/metrics/house")
    nothing_personal(stage, [voucher, "99994711", key])


def nothing_personal(stage, words):
    for name in ("nginx", "web-1", "worker-1"):
        told = (stage.folder / "log" / f"{name}.log").read_text()
        lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert len(lines) > 5
        assert not [word for word in words if word in told]
        assert not [line for line in lines if "127.0.0.1" in str(line)]


def wait_for(truth, seconds=180):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.2)


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


def test_who_has_no_door_is_started_again_too(stage):
    (announcer,) = stage.pids("", b"announce")
    pulse = stage.folder / "tmp" / "announcer-1" / "pulse" / "announcer"
    os.kill(announcer, signal.SIGKILL)
    killed_at = time.time()

    wait_for(lambda: "announcer-1 が終了したため" in stage.words)
    wait_for(lambda: pulse.stat().st_mtime > killed_at + 0.5)
    assert stage.pids("", b"announce") != [announcer]
