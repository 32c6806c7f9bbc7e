"""The database dies in the middle of a request: nobody is told "failed", nothing is done twice."""

import json
import re
from html import unescape

import psycopg
import pytest
from django.db import InterfaceError, connections
from django.test import Client, RequestFactory

from booking import reservations
from booking.models import Reservation
from callcentre.models import CallParty
from shared.database import will_pass
from shared.views import errors, unanswered
from tenancy import municipalities
from tenancy.current import current, municipality_atomic, serving
from tests import cast
from tests.serving import desk
from tests.unit.booking.views.conftest import BORN_ON, Visitor, far

RESIDENT, STAFF, HOOKS = "mihon.localhost", "staff.mihon.localhost", "hooks.mihon.localhost"
SUPERUSER = [""]
LOST = "lost"
PASSING = {
    "the connection is lost": LOST,
    "the disk is full": "DO $$BEGIN RAISE SQLSTATE '53100'; END$$",
    "all connections are taken": "DO $$BEGIN RAISE SQLSTATE '53300'; END$$",
    "the statement took too long": "SET LOCAL statement_timeout = 20 | SELECT pg_sleep(20)",
    "somebody holds a lock": "DO $$BEGIN RAISE SQLSTATE '55P03'; END$$",
    "two waited for each other": "DO $$BEGIN RAISE SQLSTATE '40P01'; END$$",
    "nothing may be written": "SET LOCAL transaction_read_only = on | CREATE TABLE nothing ()",
}


@pytest.fixture(autouse=True)
def superuser(stage):
    SUPERUSER[0] = stage.superuser_url


def lose(alias):
    """The database's own process for this connection dies, as it does when the server goes."""
    connections[alias].ensure_connection()
    number = connections[alias].connection.info.backend_pid
    with psycopg.connect(SUPERUSER[0], autocommit=True) as line:
        line.execute("SELECT pg_terminate_backend(%s, 10000)", [number])


def run(statements):
    alias = current().database
    if statements == LOST:
        lose(alias)
        statements = "SELECT 1"
    with connections[alias].cursor() as cursor:
        for statement in statements.split(" | "):
            cursor.execute(statement)


def fields_of(page):
    """The hidden fields of the page's form, as a browser would send them again."""
    form = re.search(r"<main.*?<form(.*?)</form>", page, re.DOTALL)[1]
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in found}


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        hall = cast.venue()
        yield [cast.slot(day=far(days), venue_=hall)[1] for days in (14, 35)]


@pytest.fixture
def dying(monkeypatch):
    """Each claim is carried out; then the database dies before anybody hears of it, once."""

    def die(module, name):
        whole, deaths = getattr(module, name), []

        def dies(**given):
            made = whole(**given)
            if not deaths:
                deaths.append(1)
                try:
                    run(LOST)
                finally:  # in the house the end of the request does it
                    connections[current().database].close()
            return made

        monkeypatch.setattr(module, name, dies)

    return die


class TestAResident:
    @pytest.fixture
    def visitor(self, town):
        visitor = Visitor()
        visitor.client.raise_request_exception = False
        visitor.sign_in(cast.resident(born_on=BORN_ON))
        visitor.choose(1, town[0])
        visitor.choose(2, town[1])
        visitor.leave_contact()
        return visitor

    def test_presses_again_and_has_one_reservation_a_dose(self, visitor, dying):
        key = visitor.key()
        dying(reservations, "claim")
        answer = visitor.post("/confirm/", request_key=key, csrfmiddlewaretoken="T" * 64)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "受付を確かめています" in answer.text and "二重にはなりません" in answer.text
        assert "失敗" not in answer.text and "システムに問題" not in answer.text
        again = fields_of(answer.text)
        assert again["request_key"] == str(key)
        first = set(Reservation.objects.values_list("reservation_number", flat=True))
        assert len(first) == 2

        done = visitor.post("/confirm/", **again)
        assert done.headers["Location"] == "/done/"
        page = visitor.get("/done/").text
        assert set(Reservation.objects.values_list("reservation_number", flat=True)) == first
        assert all(number in page for number in first)

    def test_speaks_english_where_the_browser_does(self, visitor, dying):
        key = visitor.key()
        dying(reservations, "claim")
        answer = visitor.client.post(
            "/confirm/",
            {"request_key": str(key), "csrfmiddlewaretoken": "T" * 64},
            headers={"accept-language": "en"},
        )
        assert "press again" in answer.text.lower()
        assert "Mihon City" in answer.text and 'lang="en"' in answer.text


class TestAnOperator:
    def test_sends_the_form_again_and_gets_the_same_reservation(self, town, dying):
        from callcentre import claims

        cast.resident(voucher_number="9990123456")
        console = desk(cast.staff())
        console.raise_request_exception = False
        console.post("/console/calls/start/", {"caller_number": "09099990001"})
        birth = {"name": "見本太郎", "born_on": "Ｓ２５．４．１"}
        console.post("/console/find/", {"notice_read": "on", "number": "9990123456", **birth})
        party = CallParty.objects.get()
        slot = town[0].slot_id
        page = console.get(f"/console/?party={party.pk}&do=book&s1={slot}&alone=on").text
        key = re.search(r'name="request_key" value="([^"]+)"', page)
        sent = {"s1": slot, "d": "1", "csrfmiddlewaretoken": "T" * 64}
        sent["request_key"] = key[1] if key else "6f1ad1f0-3f0c-4b8e-9a53-0c9d0b5a1c11"
        dying(claims, "claim_for")
        answer = console.post(f"/console/parties/{party.pk}/claim/", sent)

        assert answer.status_code == 503
        (made,) = Reservation.objects.all()
        again = fields_of(answer.text)
        assert {**again, "s1": int(again["s1"])} == sent
        answer = console.post(f"/console/parties/{party.pk}/claim/", again, follow=True)
        assert Reservation.objects.get().pk == made.pk
        assert made.reservation_number in answer.text


class TestWhatPasses:
    @pytest.mark.parametrize("statements", PASSING.values(), ids=PASSING.keys())
    def test_is_told_calmly(self, live_municipalities, monkeypatch, statements):
        def breaks(**_given):
            with municipality_atomic():
                run(statements)

        monkeypatch.setattr("booking.views.start.timezone.now", breaks)
        answer = Client(raise_request_exception=False).get("/", headers={"host": RESIDENT})

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "もう一度開く" in answer.text and "見本市" in answer.text
        assert answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "statement",
        ["SELECT 1/0", "SELECT * FROM nowhere", "DO $$BEGIN RAISE SQLSTATE '23505'; END$$"],
    )
    def test_a_fault_of_ours_stays_a_fault(self, live_municipalities, monkeypatch, statement):
        monkeypatch.setattr("booking.views.start.timezone.now", lambda: run(statement))
        answer = Client(raise_request_exception=False).get("/", headers={"host": RESIDENT})

        assert answer.status_code == 500
        assert "システムに問題が起きました" in answer.text

    def test_our_own_misuse_of_a_connection_does_not(self):
        assert not will_pass(InterfaceError("A statement was asked for in the middle of a COPY."))
        assert not will_pass(RuntimeError())
        assert not will_pass(None)

    def test_a_directory_that_does_not_answer_does(self, live_municipalities, monkeypatch):
        def lost(_host):
            lose("directory")
            with connections["directory"].cursor() as cursor:
                cursor.execute("SELECT 1")

        monkeypatch.setattr(municipalities, "find_by_host", lost)
        answer = Client(raise_request_exception=False).get("/", headers={"host": RESIDENT})

        assert answer.status_code == 503
        assert "もう一度開く" in answer.text

    def test_a_session_changed_halfway_is_not_kept(self, live_municipalities, monkeypatch):
        def halfway(request, *_given, **_facts):
            request.session["half"] = True
            run(LOST)

        monkeypatch.setattr("booking.views.start.page", halfway)
        client = Client(raise_request_exception=False)
        answer = client.get("/", headers={"host": RESIDENT})

        assert answer.status_code == 503
        assert not answer.cookies


class TestWhoAskedForNoPage:
    """`errors.unanswered` is what the house answers with; the page's way there is tested above."""

    def asked(self, method="get", kind="staff", path="/console/places/", **headers):
        request = getattr(RequestFactory(), method)(path, headers=headers)
        request.host_kind = kind
        return errors.unanswered(request)

    def test_a_script_gets_words_and_a_time(self):
        for headers in ({"accept": "application/json"}, {"x-by-itself": "1"}):
            answer = self.asked(**headers)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert json.loads(answer.content)["again_in"] == 10
            assert "もう一度" in json.loads(answer.content)["words"]

    def test_part_of_a_page_stays_as_it_was(self):
        answer = self.asked(**{"hx-request": "true", "x-by-itself": "1", "hx-boosted": "true"})
        assert (answer.status_code, answer.content) == (503, b"")
        assert "HX-Redirect" not in answer.headers

    def test_a_pressed_link_leads_to_the_page_that_tells(self):
        answer = self.asked(path="/choose/1/?d=2", **{"hx-request": "true", "hx-boosted": "true"})
        assert answer.headers["HX-Redirect"] == "/choose/1/?d=2"

    def test_a_carrier_tries_again_by_itself(self):
        answer = self.asked(method="post", kind="hooks", path="/sms/")
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "text/plain"


class TestHostile:
    def posted(self, data, path="/confirm/", **headers):
        request = RequestFactory().post("/", data, headers=headers)
        request.path, _, request.META["QUERY_STRING"] = path.partition("?")
        return errors.unanswered(request)

    def test_nothing_that_was_sent_becomes_markup(self):
        data = {"request_key": '"><script>x()</script>', "csrfmiddlewaretoken": "'\"><b>"}
        answer = self.posted(data, path='/confirm/?"><script>y()</script>')

        assert "<script>x" not in answer.text and "<script>y" not in answer.text
        assert fields_of(answer.text)["request_key"] == data["request_key"]

    def test_leads_to_no_other_host(self):
        data = {"request_key": "1", "csrfmiddlewaretoken": "1"}
        assert 'action="/%2Fevil.example/"' in self.posted(data, path="//evil.example/").text
        for referrer in ("https://evil.example/x", "//evil.example", "javascript:x", "http://["):
            answer = self.posted({"a": "1"}, referer=referrer, host=RESIDENT)
            assert "evil" not in answer.text and "javascript" not in answer.text

    def test_leads_back_to_the_page_of_the_form(self):
        answer = self.posted({"a": "1"}, referer=f"http://{RESIDENT}/contact/?x=1", host=RESIDENT)
        assert 'href="/contact/?x=1"' in answer.text
        assert "済んでいるかどうかを確かめて" in answer.text

    @pytest.mark.parametrize(
        "data",
        [
            {"request_key": "1"},  # no token: nothing of ours sent it
            {"csrfmiddlewaretoken": "1", "words": "secret-value"},  # twice could be two
            {"request_key": "1", "csrfmiddlewaretoken": "1", "password": "secret-value"},
            {"request_key": "1", "csrfmiddlewaretoken": "1", "code": "secret-value"},
            {"request_key": "1", "csrfmiddlewaretoken": "1", "long": "secret-value" * 1000},
            {"request_key": "1", "csrfmiddlewaretoken": "1"} | {f"x{n}": "secret-value" for n in range(50)},
        ],
    )  # fmt: skip
    def test_shows_no_form_where_it_may_not_be_sent_twice(self, data):
        answer = self.posted(data)

        assert "<form" not in answer.text.split("<main")[1].split("</main>")[0]
        assert "secret-value" not in answer.text

    def test_a_body_that_cannot_be_read_is_nothing_to_send(self, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
        request = RequestFactory().post("/x/", {"request_key": "1", "csrfmiddlewaretoken": "1"})

        assert unanswered.how_to_go_on(request).fields == ()

    def test_a_strangers_form_is_still_refused(self, live_municipalities):
        """What another site sent and this page shows again carries no token of ours."""
        client = Client(enforce_csrf_checks=True)
        client.cookies["__Host-csrf"] = "a" * 32
        sent = {"request_key": "1", "csrfmiddlewaretoken": "b" * 32}

        again = fields_of(self.posted(sent).text)
        assert client.post("/confirm/", again, headers={"host": RESIDENT}).status_code == 403
