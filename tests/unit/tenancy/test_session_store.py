"""Sessions are kept as Django keeps them, with one statement a step."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenancy.current import NoMunicipality
from tenancy.session_store import SessionStore

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def kept():
    store = SessionStore()
    store["step"] = 1
    store.save()
    return store


def statements(do):
    with CaptureQueriesContext(connections["default"]) as seen:
        do()
    return [one["sql"].split(" ", 1)[0] for one in seen.captured_queries]


class TestASession:
    def test_comes_back(self, kept):
        assert SessionStore(kept.session_key)["step"] == 1

    def test_is_read_by_djangos_own_store_and_the_other_way_round(self, kept):
        theirs = db.SessionStore()
        theirs["step"] = 2
        theirs.save()

        assert db.SessionStore(kept.session_key)["step"] == 1
        assert SessionStore(theirs.session_key)["step"] == 2

    def test_that_is_over_is_empty_and_loses_its_key(self, kept):
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

        found = SessionStore(kept.session_key)

        assert found.get("step") is None
        assert found.session_key is None

    def test_that_was_ended_meanwhile_is_not_kept(self, kept):
        here = SessionStore(kept.session_key)
        here["step"] = 2
        kept.flush()

        with pytest.raises(UpdateError):
            here.save()
        assert not Session.objects.exists()

    def test_never_takes_the_key_of_another(self, kept, monkeypatch):
        keys = iter([kept.session_key, "a" * 32])
        monkeypatch.setattr(SessionStore, "_get_new_session_key", lambda _self: next(keys))

        other = SessionStore()
        with pytest.raises(CreateError):
            SessionStore(kept.session_key).save(must_create=True)
        other.create()

        assert other.session_key == "a" * 32
        assert SessionStore(kept.session_key)["step"] == 1

    def test_costs_one_statement_a_step(self, kept):
        fresh, here = SessionStore(), SessionStore(kept.session_key)
        fresh["step"] = 1

        assert statements(fresh.save) == ["INSERT"]
        assert statements(lambda: here["step"]) == ["SELECT"]
        here["step"] = 2
        assert statements(here.save) == ["UPDATE"]


class TestNobodyServed:
    def test_reads_nothing(self, kept, monkeypatch):
        from tenancy import current

        token = current._served.set(None)
        try:
            with pytest.raises(NoMunicipality):
                SessionStore(kept.session_key).load()
        finally:
            current._served.reset(token)
