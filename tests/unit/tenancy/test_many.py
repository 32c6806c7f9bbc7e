"""Many municipalities: whose turn it is, what a process keeps, and how long a connection lives."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections

from tenancy import live, municipalities
from tenancy.backend import base
from tenancy.current import serving
from tenancy.directory.models import Edition, Host, Municipality
from tenancy.entrances import celery

NOON = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


class _Task:
    """A task that only notes whom it was asked for."""

    def __init__(self):
        self.asked = []

    def delay(self, *, municipality_code):
        self.asked.append(municipality_code)


@pytest.fixture
def many(monkeypatch):
    codes = [f"{number:06}" for number in range(1741)]
    monkeypatch.setattr(
        municipalities, "all_open", lambda: [Municipality(code=code) for code in codes]
    )
    return codes


class TestTurns:
    def test_of_few_come_every_time(self, stage):
        task = _Task()
        celery.in_turn(task, every=5, within=60, at=NOON)

        assert set(task.asked) >= {"999997", "999989"}

    def test_of_all_the_country_come_to_each_within_the_time(self, many):
        task, rounds = _Task(), []
        for tick in range(12):
            before = len(task.asked)
            celery.in_turn(task, every=5, within=60, at=NOON + timedelta(seconds=5 * tick))
            rounds.append(len(task.asked) - before)

        assert sorted(task.asked) == many
        assert max(rounds) - min(rounds) <= 1

    def test_who_has_work_comes_first_and_once(self, many):
        task = _Task()
        celery.in_turn(
            task, every=5, within=60, at=NOON, first=[many[900], many[0], many[900], "999997"]
        )

        assert task.asked[:2] == [many[900], many[0]]
        assert len(task.asked) == len(set(task.asked))
        assert "999997" not in task.asked  # not open here


class TestNotedWork:
    @pytest.fixture(autouse=True)
    def answering(self, monkeypatch):
        monkeypatch.setitem(live._lost, "until", 0.0)  # and as it was before, afterwards

    def test_is_told_once(self, served):
        def twice():
            live.has_work("tests")
            live.has_work("tests")

        assert _told(twice, "tests") == ["999997"]
        assert live.who_has_work("tests") == []

    def test_is_quietly_lost_without_valkey(self, served, monkeypatch):
        monkeypatch.setattr(live, "_valkey", _gone)
        live.has_work("tests")
        live.stir()

        assert live.who_has_work("tests") == []

    def test_follows_every_change_of_reservations(self, served):
        live.who_has_work(live.MESSAGES)

        assert _told(live.stir, live.MESSAGES) == ["999997"]


def _told(note, kind):
    """Who has work; noted again where a crowded machine kept Valkey too long from answering."""
    for _ in range(20):
        live._lost["until"] = 0.0
        note()
        found = live.who_has_work(kind)
        if found:
            return found
    return []


def _gone():
    import redis

    raise redis.ConnectionError


class TestTheDirectory:
    def test_is_asked_once_however_many_hosts_are_found(self, live_municipalities, settings):
        settings.WAKU_DIRECTORY_SECONDS = 60
        municipalities.forget_kept()
        municipalities.find_by_host("mihon.localhost")
        with _counting("directory") as asked:
            for _ in range(100):
                municipalities.find_by_host("mihon.localhost")
                municipalities.find(code="999997")

        assert len(asked) == 1  # the municipality by its code, once

    def test_is_read_anew_after_any_change(self, live_municipalities, settings):
        settings.WAKU_DIRECTORY_SECONDS = 0
        municipalities.find_by_host("mihon.localhost")
        rows = Host.objects.using("owner").filter(host="mihon.localhost")
        rows.update(host="moved.localhost")
        try:
            assert municipalities.find_by_host("moved.localhost")[0].code == "999997"
            with pytest.raises(municipalities.UnknownMunicipality):
                municipalities.find_by_host("mihon.localhost")
        finally:
            Host.objects.using("owner").filter(host="moved.localhost").update(
                host="mihon.localhost"
            )

    def test_that_does_not_answer_leaves_what_is_kept(
        self, live_municipalities, settings, monkeypatch
    ):
        municipalities.find_by_host("mihon.localhost")
        settings.WAKU_DIRECTORY_SECONDS = 0
        municipalities._known.look_at = 0.0

        def broken(*_args, **_kwargs):
            raise OperationalError

        monkeypatch.setattr(Edition.objects, "values_list", broken)

        assert municipalities.find_by_host("mihon.localhost")[0].code == "999997"


def _counting(alias):
    from contextlib import contextmanager

    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def counted():
        with CaptureQueriesContext(connections[alias]) as seen:
            yield seen

    return counted()


class TestAConnection:
    def test_that_spoke_for_few_is_used_again(self, live_municipalities):
        assert not _spoke_for(live_municipalities.mihon, live_municipalities.tameshi).closed

    def test_that_spoke_for_many_is_replaced(self, live_municipalities, monkeypatch):
        monkeypatch.setattr(base, "MOST_SPOKEN_FOR", 1)

        assert _spoke_for(live_municipalities.mihon, live_municipalities.tameshi).closed
        assert not _spoke_for(live_municipalities.mihon).closed


def _spoke_for(*municipalities):
    """The pooled connection that spoke for each of these, after it was given back."""
    for one in municipalities:
        with serving(one), connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            held = connections["default"].connection
    base._spoken_for[held] = {one.schema for one in municipalities}  # not who had it before
    connections["default"].close()
    return held
