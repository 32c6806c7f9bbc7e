"""A session holds ids and choices; it is new after each proof, short, and gone at the end (T22)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from tests import cast
from tests.unit.booking.views.conftest import BORN_ON, Visitor, typed
from tests.unit.booking.views.test_booking import book

CANARIES = (
    "見本　太郎", "1950-04-01", "1950", "9990123456", "070-9999-0042", "+817099990042",
    "817099990042", "canary@example.jp", "９９番地",
)  # fmt: skip


@pytest.fixture
def person(served):
    return cast.resident(voucher_number="9990123456", born_on=BORN_ON)


class TestContents:
    def test_hold_nothing_personal_that_can_be_read(self, visitor, person, places):
        visitor.sign_in(person)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact(phone="070-9999-0042", email="canary@example.jp")

        decoded = [str(row.get_decoded()) for row in Session.objects.all()]
        with connection.cursor() as cursor:
            cursor.execute("SELECT s::text FROM django_session s")
            raw = [row[0] for row in cursor.fetchall()]

        assert decoded
        assert [c for c in CANARIES for text in decoded + raw if c in text] == []
        assert "canary@example.jp" in visitor.get("/confirm/").text

    def test_open_a_contact_in_their_own_session_only(self, visitor, person, places):
        visitor.sign_in(person)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        kept = Session.objects.get().get_decoded()

        other = Visitor()
        session = other.client.session
        session.update(kept)
        session.save()

        assert other.get("/confirm/").headers["Location"] == "/contact/"


class TestRotation:
    def test_gives_a_new_key_at_the_sign_in(self, visitor, person, places):
        session = visitor.client.session
        session["planted"] = "by an attacker"
        session.save()
        before = session.session_key

        visitor.sign_in(person)

        assert visitor.client.session.session_key != before
        assert "planted" not in visitor.client.session
        assert not Session.objects.filter(session_key=before).exists()

    def test_gives_a_new_key_from_level_a_to_level_b(self, visitor, person, places):
        book(visitor, person, places)
        number = re.search(r"\d{4}-\d{6}-[A-Z]", visitor.get("/done/").text)[0]
        before = visitor.client.session.session_key

        visitor.post("/change/", **typed("9990123456", reservation=number))

        assert visitor.client.session.session_key != before
        assert not Session.objects.filter(session_key=before).exists()
        assert visitor.get("/done/").headers["Location"] == "/sign-in/"

    def test_forgets_everything_at_the_end(self, visitor, person, places):
        book(visitor, person, places)
        before = visitor.client.session.session_key
        replay = Visitor()
        replay.client.cookies = visitor.client.cookies.copy()

        answer = visitor.post("/finish/")

        assert '"cookies"' in answer.headers["Clear-Site-Data"]
        assert not Session.objects.filter(session_key=before).exists()
        assert replay.get("/done/").headers["Location"] == "/sign-in/"


class TestTime:
    def test_ends_after_fifteen_idle_minutes(self, visitor, person, places):
        visitor.sign_in(person)
        with time_machine.travel(cast.now() + timedelta(minutes=15, seconds=2), tick=False):
            assert visitor.get("/choose/1/").headers["Location"] == "/time-over/"
            assert visitor.get("/time-over/").status_code == 200
        assert visitor.get("/choose/1/").headers["Location"] == "/sign-in/"

    def test_is_prolonged_by_each_step(self, visitor, person, places):
        visitor.sign_in(person)
        for minutes in (14, 28, 42, 56):
            with time_machine.travel(cast.now() + timedelta(minutes=minutes), tick=False):
                assert visitor.get("/choose/1/").status_code == 200

    def test_ends_after_an_hour_in_any_case(self, visitor, person, places):
        visitor.sign_in(person)
        answers = []
        for minutes in (14, 28, 42, 56, 61):
            with time_machine.travel(cast.now() + timedelta(minutes=minutes), tick=False):
                answers.append(visitor.get("/choose/1/"))

        assert answers[-1].headers["Location"] == "/time-over/"


class TestCookies:
    def test_are_bound_to_this_host_and_out_of_reach_of_scripts(self, visitor, person, places):
        cookie = visitor.sign_in(person).cookies["__Host-sid"]

        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert not cookie["max-age"]  # gone when the browser closes

    def test_of_one_municipality_open_nothing_in_another(self, visitor, person, places):
        visitor.sign_in(person)
        stranger = Client(headers={"host": "tameshi.localhost"})
        stranger.cookies = visitor.client.cookies

        answer = stranger.get("/choose/1/")

        assert answer.headers["Location"] == "/sign-in/"


class TestAnswers:
    def test_are_kept_by_nobody(self, visitor, person, places):
        book(visitor, person, places)

        for path in ("/", "/sign-in/", "/confirm/", "/done/", "/done/reservation.ics"):
            assert visitor.get(path).headers["Cache-Control"] == "no-store"


class TestAsTheWardHasSetIt:
    def test_an_errand_is_as_short_as_it_says(self, visitor, person, places):
        from tests.unit.tenancy.test_session_lengths import set_here

        set_here(resident_idle_minutes=10)
        visitor.sign_in(person)

        assert "10分間操作がないとき" in visitor.get("/choose/1/").text
        with time_machine.travel(cast.now() + timedelta(minutes=10, seconds=2), tick=False):
            assert visitor.get("/choose/1/").headers["Location"] == "/time-over/"
            assert "10分間操作がないか" in visitor.get("/time-over/").text
