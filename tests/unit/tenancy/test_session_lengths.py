"""How long somebody stays signed in is the municipality's, within bounds (T22, WCAG 2.2.1)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from tenancy import sessions, standings
from tenancy.current import municipality_atomic
from tenancy.models.standing import BOUNDS
from tests import cast
from tests.serving import desk


def set_here(**values):
    by = cast.staff("ward_officer")
    return standings.change(values=values, reason="試験", by=by, at=timezone.now())


@pytest.fixture
def operator(served):
    return cast.staff("operator")


def after(**passed):
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


class TestBounds:
    @pytest.mark.parametrize("name", BOUNDS)
    def test_the_database_refuses_what_lies_outside(self, served, name):
        least, most = BOUNDS[name]
        for value in (least - 1, most + 1):
            with pytest.raises(IntegrityError), municipality_atomic():
                set_here(**{name: value})
        for value in (least, most):
            assert getattr(set_here(**{name: value}), name) == value

    @pytest.mark.parametrize("name", BOUNDS)
    def test_the_page_refuses_it_in_words(self, served, name):
        from tests.unit.tenancy.test_pages import TestSettings

        client = desk(cast.staff("ward_officer"))
        answer = client.post("/settings/", TestSettings().given(**{name: BOUNDS[name][1] + 1}))

        assert answer.status_code == 422
        assert name in answer.context["form"].errors


class TestStaff:
    def test_a_shorter_idle_time_ends_a_session_sooner(self, operator):
        client = desk(operator)
        set_here(staff_idle_minutes=5)
        with after(minutes=5, seconds=1):
            assert client.get("/").status_code == 302

    def test_a_shorter_day_ends_a_busy_session(self, operator):
        client = desk(operator)
        set_here(staff_longest_hours=1)
        for minutes in (25, 50):
            with after(minutes=minutes):
                assert client.get("/").status_code == 200
        with after(minutes=60, seconds=1):
            assert client.get("/").status_code == 302

    def test_a_socket_ends_with_it(self, operator):
        client = desk(operator)
        set_here(staff_idle_minutes=5)
        late = timezone.now() + timedelta(minutes=5, seconds=1)

        assert sessions.living([client.session.session_key], at=late) == {}

    def test_every_page_says_so_in_a_plain_sentence(self, operator):
        set_here(staff_idle_minutes=20, staff_longest_hours=10)
        page = desk(operator).get("/").text

        assert "20分間操作がないとき、またはログインから10時間で" in page


class TestStillHere:
    def test_a_look_says_how_long_is_left_and_keeps_nothing_alive(self, operator):
        client = desk(operator)
        with after(minutes=20):
            answer = client.get("/session/", headers={sessions.BY_ITSELF: "1"}).json()
        with after(minutes=30, seconds=1):
            assert client.get("/session/").status_code == 302

        assert answer["left"] == pytest.approx(600, abs=5)
        assert answer["may_go_on"] is True
        assert answer["whose"] == str(operator.pk)

    def test_saying_so_goes_on(self, operator):
        client = desk(operator)
        with after(minutes=29, seconds=50):
            assert client.post("/session/").json()["left"] == 1800
        with after(minutes=40):
            assert client.get("/").status_code == 200

    def test_nothing_goes_on_past_the_longest_time(self, operator):
        client = desk(operator)
        for minutes in range(20, 720, 20):
            with after(minutes=minutes):
                client.get("/")
        with after(minutes=719):
            answer = client.post("/session/").json()

        assert answer["may_go_on"] is False
        assert answer["left"] == pytest.approx(60, abs=5)

    def test_a_dead_session_cannot_say_so(self, operator):
        client = desk(operator)
        with after(minutes=31):
            answer = client.post("/session/")

        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")

    def test_strangers_and_half_signed_in_people_learn_nothing(self, operator):
        half = desk(None)
        half.force_login(operator)

        assert desk(None).get("/session/").status_code == 302
        assert half.get("/session/").status_code == 302
