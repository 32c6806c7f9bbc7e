"""A Valkey that is stopped or flushed ends no session, opens no door and forgets no budget (T49).

It is a real one, of this file's own: started, emptied, stopped and not there at all.
"""

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from booking.models import Reservation
from config.embedded import ValkeyServer
from notifications.models import Message
from privacy import second_factor
from tenancy import accounts, live, sessions
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor
from tests.unit.booking.views.conftest import BORN_ON, Visitor, far

PASSWORD = "a-long-dummy-password"


@pytest.fixture(scope="module")
def own_valkey(tmp_path_factory):
    with ValkeyServer(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey(own_valkey, monkeypatch):
    """The house speaks to this file's own Valkey, through every door it has to one."""
    url = own_valkey.url()
    for name in ("WAKU_VALKEY_URL", "CELERY_BROKER_URL"):
        monkeypatch.setattr(settings, name, url)
    monkeypatch.setitem(settings.CACHES["default"], "LOCATION", url)
    if hasattr(caches._connections, "default"):
        del caches["default"]
    live._valkey.cache_clear()
    yield own_valkey
    if hasattr(caches._connections, "default"):
        del caches["default"]
    live._valkey.cache_clear()


@pytest.fixture
def operator(served):
    return with_second_factor(cast.staff("operator"))


def give_password(client, staff, password=PASSWORD):
    return client.post("/sign-in/", {"login": staff.login_name, "password": password})


def sign_in(staff):
    client = desk(None)
    give_password(client, staff)
    code = second_factor.code_at(TOTP_SECRET, timezone.now())
    client.post("/sign-in/code/", {"code": code})
    return client


def is_in(client):
    return client.get("/").status_code == 200


class TestFlushed:
    def test_ends_no_session_and_gives_no_try_back(self, operator, valkey):
        client = sign_in(operator)
        for _try in range(5):
            give_password(desk(None), operator, "x" * 20)
        with redis.Redis.from_url(valkey.url()) as there:
            there.flushall()

        assert is_in(client)
        assert "15分ほど受け付けを止めています" in give_password(desk(None), operator).text

    def test_a_code_still_counts_once(self, operator, valkey):
        code = second_factor.code_at(TOTP_SECRET, timezone.now())
        first, second = desk(None), desk(None)
        for client in (first, second):
            give_password(client, operator)
        first.post("/sign-in/code/", {"code": code})
        with redis.Redis.from_url(valkey.url()) as there:
            there.flushall()

        assert second.post("/sign-in/code/", {"code": code}).status_code == 422


class TestStopped:
    """Last in this file: from here on there is no Valkey."""

    @pytest.fixture
    def gone(self, valkey, own_valkey):
        own_valkey.stop()
        with pytest.raises(redis.RedisError):
            redis.Redis.from_url(own_valkey.url()).ping()

    def test_signing_in_stepping_up_and_out_work(self, operator, gone):
        client = sign_in(operator)

        assert is_in(client)
        assert client.get("/session/").json()["left"] > 0
        client.post("/sign-out/")
        assert not is_in(client)

    def test_budgets_hold(self, operator, gone):
        for _try in range(5):
            give_password(desk(None), operator, "x" * 20)

        assert "15分ほど受け付けを止めています" in give_password(desk(None), operator).text

    def test_a_resident_books_and_is_told_the_numbers(self, served, gone):
        """P11: not one page of theirs asks Valkey for anything it cannot do without."""
        cast.everybody_may_book()
        hall = cast.venue()
        first, second = (cast.slot(day=far(days), venue_=hall)[1] for days in (14, 35))
        visitor, resident = Visitor(), cast.resident(born_on=BORN_ON)
        visitor.sign_in(resident)
        visitor.choose(1, first)
        visitor.choose(2, second)
        visitor.leave_contact()

        assert visitor.confirm().headers["Location"] == "/done/"
        made = list(Reservation.objects.filter(is_live=True))
        assert len(made) == 2
        page = visitor.get("/done/").text
        assert all(one.reservation_number in page for one in made)
        assert visitor.get("/").status_code == 200
        assert Message.objects.filter(kind="confirmed", state="pending").count() == 2

    def test_a_loss_of_rights_ends_sessions_all_the_same(self, operator, gone):
        client = sign_in(operator)
        key = client.session.session_key
        keeper = cast.staff("contractor")
        accounts.end_sessions(staff=operator, reason="試験", by=keeper, at=timezone.now())

        assert not is_in(client)
        assert sessions.living([key], at=timezone.now()) == {}
