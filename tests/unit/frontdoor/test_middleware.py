"""The waiting room before Django: who meets it, who never does, and what it costs."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from frontdoor import knowledge, line, pages, slips
from frontdoor.middleware import WaitingRoom
from frontdoor.models import DoorRules
from tenancy import municipalities
from tenancy.current import serving
from tenancy.entrances.shares import INSIDE

HOST = "mihon.localhost"
pytestmark = pytest.mark.usefixtures("live_municipalities")


class Browser:
    """Somebody's cookies, and requests straight to the door."""

    def __init__(self, application, host=HOST):
        self.application, self.host, self.cookies = application, host, {}

    def ask(self, path="/sign-in/", method="GET", **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        factory = RequestFactory(headers={"host": self.host, "cookie": cookies, **headers})
        environ = factory.generic(method, path).environ
        said = []
        body = b"".join(self.application(environ, lambda *given: said.append(given)))
        status, lines = said[0]
        for name, value in lines:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.status, self.headers, self.body = int(status[:3]), dict(lines), body.decode()
        return self

    @property
    def is_inside(self):
        return self.body == "the house"

    @property
    def sentence(self):
        found = re.search(r"<p data-sentence[^>]*>(.*?)</p>", self.body)
        return found.group(1) if found else ""


@pytest.fixture
def room(live_municipalities):
    """A waiting room before a house that answers everybody alike."""
    line.forget_lost()
    code = live_municipalities.mihon.code
    knowledge.forget_kept()
    pages.forget_kept()
    line.valkey().delete(*line.keys_of(code))
    for host in ("mihon", "staff.mihon", "tameshi"):
        municipalities.find_by_host(f"{host}.localhost")

    def house(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"the house"]

    yield WaitingRoom(house)
    line.forget_lost()
    line.valkey().delete(*line.keys_of(code))
    knowledge.forget_kept()


def rules(stage, **values):
    with serving(stage.mihon):
        DoorRules.objects.update_or_create(pk=1, defaults=values)
    knowledge.forget_kept()


@pytest.fixture
def closed(live_municipalities, room):
    """Nobody is let in."""
    rules(live_municipalities, per_minute=0)
    return room


class TestALittleLoad:
    def test_meets_no_waiting_room_and_leaves_a_slip(self, room):
        browser = Browser(room).ask()

        assert browser.is_inside
        assert browser.cookies[slips.COOKIE]
        assert browser.ask().is_inside

    def test_costs_nothing_where_it_is_off(self, room, live_municipalities, monkeypatch):
        rules(live_municipalities, mode="off", per_minute=0)
        Browser(room).ask()
        monkeypatch.setattr(line, "said", lambda _ask: pytest.fail("Valkey was asked"))
        with CaptureQueriesContext(connections["default"]) as spent:
            browser = Browser(room).ask()

        assert browser.is_inside
        assert not browser.cookies
        assert len(spent) == 0


class TestWhoWaits:
    def test_sees_where_they_stand_and_how_to_telephone(self, closed):
        for _ in range(3):
            browser = Browser(closed).ask()

        assert browser.status == 200
        assert "あなたの前にお待ちの方：2人" in browser.body
        assert "止めています" in browser.body
        assert browser.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in browser.headers["Content-Security-Policy"]
        assert browser.headers["X-Content-Type-Options"] == "nosniff"
        assert browser.headers["Permissions-Policy"]

    def test_keeps_the_place_over_reloads_and_looks_without_script(self, closed):
        browser = Browser(closed).ask()
        Browser(closed).ask()
        before = browser.cookies[slips.COOKIE].split(".")[0]
        browser.ask()

        assert browser.cookies[slips.COOKIE].split(".")[0] == before
        assert "お待ちの方：0人" in browser.body
        assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', browser.body)  # fmt: skip

    def test_waits_as_well_to_book_for_several_people(self, closed):
        browser = Browser(closed).ask("/together/")

        assert not browser.is_inside
        assert Browser(closed).ask("/together/", "POST").headers["Location"] == "/sign-in/?held=1"
        assert browser.ask("/together/confirm/").is_inside  # never sent out of what one began

    def test_asks_again_by_script_for_less(self, closed):
        browser = Browser(closed).ask()
        page = len(browser.body)
        told = json.loads(browser.ask("/sign-in/turn").body)

        assert told["state"] == "waiting"
        assert 4 <= told["next"] <= 36
        assert len(told["html"]) < page / 3

    def test_costs_no_statement_and_one_step(self, closed, monkeypatch):
        browser = Browser(closed).ask()
        asked = []
        real = line.said
        monkeypatch.setattr(line, "said", lambda ask: asked.append(1) or real(ask))
        with CaptureQueriesContext(connections["default"]) as spent:
            browser.ask("/sign-in/turn")
            browser.ask()

        assert len(spent) == 0
        assert len(asked) == 2

    def test_reads_it_in_english(self, closed):
        browser = Browser(closed).ask("/sign-in/?language=en&place=17")

        assert 'lang="en"' in browser.body
        assert browser.cookies["__Host-lang"] == "en"
        assert "&amp;place=17" in browser.body
        assert 'lang="en"' in browser.ask("/sign-in/").body
        assert not re.search("[ぁ-ん]{3}", re.sub(r"<a [^>]*lang=\"ja\".*?</a>", "", browser.body))

    def test_nothing_of_the_address_is_repeated_on_the_page(self, closed):
        body = Browser(closed).ask('/sign-in/?place="><b>&language=%3Cb%3E').body

        assert "<b>" not in body

    def test_what_was_sent_too_early_was_not_taken_and_is_told(self, closed):
        browser = Browser(closed).ask(method="POST")

        assert (browser.status, browser.headers["Location"]) == (303, "/sign-in/?held=1")
        assert "受け付けていません" in browser.ask("/sign-in/?held=1").body

    def test_goes_in_when_it_is_their_turn(self, closed, live_municipalities):
        browser = Browser(closed).ask()
        assert not browser.is_inside
        rules(live_municipalities, per_minute=6000)
        state = line.keys_of(live_municipalities.mihon.code)[5]
        line.valkey().hset(state, "tokens", 5)

        told = json.loads(browser.ask("/sign-in/turn").body)

        assert told["state"] == "called"
        assert browser.ask().is_inside
        assert browser.ask(method="POST").is_inside

    def test_asks_the_head_of_the_page_too(self, closed):
        assert Browser(closed).ask(method="HEAD").body == ""


class TestWhoNeverWaits:
    @pytest.mark.parametrize(
        "path",
        ["/", "/free/", "/free-places.json", "/free-places.csv", "/change/", "/mine/", "/r",
         "/change/code/", "/voucher/", "/choose/1/", "/confirm/", "/done/", "/finish/", "/static/x",
         "/sign-in", "/healthz"],
    )  # fmt: skip
    def test_on_every_page_but_the_entrance(self, closed, path):
        assert Browser(closed).ask(path).is_inside

    def test_staff(self, closed):
        assert Browser(closed, "staff.mihon.localhost").ask().is_inside

    def test_the_neighbour(self, closed):
        assert Browser(closed, "tameshi.localhost").ask().is_inside

    def test_a_host_that_is_nobody_s(self, closed):
        assert Browser(closed, "elsewhere.localhost").ask().is_inside


class TestBadSlips:
    @pytest.mark.parametrize("value", ["x", "a.e.1.1:forged", "a" * 5000])
    def test_that_are_forged_get_a_sentence_and_a_place_at_the_end(self, closed, value):
        Browser(closed).ask()
        browser = Browser(closed)
        browser.cookies[slips.COOKIE] = value
        browser.ask()

        assert "確かめられませんでした" in browser.body
        assert "お待ちの方：1人" in browser.body

    def test_of_the_neighbour_do_too(self, closed):
        browser = Browser(closed, "tameshi.localhost").ask()
        assert browser.is_inside
        browser.host = HOST

        assert "確かめられませんでした" in browser.ask().body

    def test_of_who_was_let_in_long_ago_do_too(self, closed, live_municipalities):
        code = live_municipalities.mihon.code
        browser = Browser(closed)
        old = slips.written(slips.Slip("old", "e", "1", "1000.000001"), code=code)
        browser.cookies[slips.COOKIE] = old.partition("=")[2].partition(";")[0]

        assert "はなれていた" in browser.ask().body


class TestSoldOut:
    def test_is_told_at_once_with_whom_to_ask(self, closed, monkeypatch, live_municipalities):
        from tenancy import standings
        from tenancy.models import Standing

        with serving(live_municipalities.mihon):
            Standing.objects.update_or_create(pk=1, defaults={"call_centre_number": "0120-000-000"})
        standings.forget_kept()
        browser = Browser(closed).ask()
        assert "空きはありません" not in browser.body
        monkeypatch.setattr(knowledge, "_is_sold_out", lambda **_: True)
        knowledge.forget_kept()

        told = json.loads(browser.ask("/sign-in/turn").body)["html"]

        assert "いま予約できる空きはありません" in told
        assert 'href="/waiting/"' in told
        django_settings.WAKU_WAITING_LIST_PAGE = ""
        pages.forget_kept()
        try:
            told = json.loads(browser.ask("/sign-in/turn").body)["html"]
        finally:
            django_settings.WAKU_WAITING_LIST_PAGE = "/waiting/"
            pages.forget_kept()
        assert "0120-000-000" in told


class TestWithoutValkey:
    @pytest.fixture
    def lost(self, closed, live_municipalities, monkeypatch, settings):
        rules(live_municipalities, per_minute=None)
        settings.WAKU_DOOR_ALONE_PER_MINUTE = 1  # however slow the machine is

        def nobody(_ask):
            raise line.Lost

        monkeypatch.setattr(line, "said", nobody)
        return closed

    def test_a_few_come_in_and_the_others_are_told(self, lost):
        browsers = [Browser(lost).ask() for _ in range(20)]
        inside = [one for one in browsers if one.is_inside]

        assert 1 <= len(inside) <= 5
        assert "順番を表示できません" in browsers[-1].body
        assert json.loads(browsers[-1].ask("/sign-in/turn").body)["state"] == "alone"

    def test_whoever_was_inside_stays(self, lost):
        first = Browser(lost).ask()
        assert first.is_inside
        for _ in range(10):
            Browser(lost).ask()

        assert first.ask().is_inside
        assert first.ask("/confirm/", "POST").is_inside

    def test_the_twin_without_a_limit_of_its_own_lets_everybody_in(self, lost, monkeypatch):
        monkeypatch.setattr(lost.alone, "lets_in", lambda *_a, **_k: True)

        assert all(Browser(lost).ask().is_inside for _ in range(20))


class TestManyAtOnce:
    """More threads than people may come in: the step is one, or the limit is none."""

    LIMIT, CROWD = 12, 120

    def rush(self, room, step=None):
        browsers = [Browser(room) for _ in range(self.CROWD)]
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(Browser.ask, browsers))
        return sum(one.is_inside for one in browsers)

    def test_no_more_than_may(self, room, live_municipalities):
        rules(live_municipalities, per_minute=60_000, most_inside=self.LIMIT)

        assert self.rush(room) == self.LIMIT

    def test_the_race_is_real_for_who_counts_first_and_enters_after(
        self, room, live_municipalities, monkeypatch
    ):
        rules(live_municipalities, per_minute=60_000, most_inside=self.LIMIT)
        _, _, _, inside, _, _ = line.keys_of(live_municipalities.mihon.code)
        meet = __import__("threading").Barrier(16, timeout=60)

        def looks_first(asked, *, fresh, **_more):
            count = line.valkey().zcard(inside)
            meet.wait()
            state = "inside" if count < self.LIMIT else "waiting"
            if state == "inside":
                line.valkey().zadd(inside, {fresh: 1})
            return line.Turn(state, fresh, "1", "1", 0, 0, 1.0, 1.0, "")

        monkeypatch.setattr(line, "step", looks_first)
        self.CROWD = 64

        assert self.rush(room) > self.LIMIT


class TestWhoIsInside:
    """Whoever was let in is known as such to the shares behind the door, on every page."""

    @pytest.fixture
    def told(self, room):
        found = []

        def house(environ, start_response):
            found.append(environ.get(INSIDE, False))
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"the house"]

        room.application = house
        return found

    def test_is_told_on_every_page(self, room, told):
        browser = Browser(room)
        for path in ("/sign-in/", "/choose/", "/free/", "/confirm/"):
            assert browser.ask(path).is_inside
        assert told == [True] * 4

    def test_is_not_believed_of_nobody_and_of_forged_slips(self, room, told):
        for slip in ("", "AAAAAAAAAAAAAAAA.e.1.9999999999.0:forged"):
            browser = Browser(room)
            browser.cookies = {slips.COOKIE: slip} if slip else {}
            browser.ask("/free/")
            browser.ask("/choose/")
        assert told == [False] * 4

    def test_is_not_believed_of_who_waits(self, room, told, live_municipalities):
        rules(live_municipalities, mode="auto", per_minute=0)
        browser = Browser(room).ask()
        assert not browser.is_inside
        browser.ask("/free/")
        assert told == [False]
