"""The house counts its work, nobody's name, and tells it to no one outside."""

import json
import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import RequestFactory, TestCase
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from booking.reservations import Refused, SlotFull
from config import counting, gauges, inside
from config.logging import JsonLines
from privacy import access_log, budgets
from shared import metrics
from tenancy import live
from tests import cast

LABELS = {"door", "route", "method", "status", "channel", "kind", "directive", "database", "le"}
VALUES = re.compile(r"[\w<>:/.+-]{1,60}")


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def answered(path, route, *, method="get", status=200, kind="resident"):
    request = getattr(RequestFactory(), method)(path)
    request.host_kind, request.municipality = kind, SimpleNamespace(code="999997")
    request.request_id = "ABCD-EFGH"
    request.resolver_match = SimpleNamespace(route=route) if route else None
    return counting.CountedRequests(lambda _request: HttpResponse(status=status))(request)


class TestRequests:
    def test_are_counted_by_the_pattern_of_the_page(self):
        labels = {"door": "web", "route": "mine/<str:number>/", "method": "GET", "status": "200"}
        before = value("waku_requests_total", **labels)

        answered("/mine/1234567890/", "mine/<str:number>/")

        assert value("waku_requests_total", **labels) == before + 1
        assert "1234567890" not in metrics.told().decode()

    def test_what_a_request_makes_up_becomes_no_label(self):
        for number in range(5):
            answered(f"/made-up-{number}/", "", status=404)
            answered(f"/static/made-up-{number}.js", "", status=404)
        request = RequestFactory().generic("BREW", "/")
        counting.CountedRequests(lambda _request: HttpResponse(status=405))(request)

        told = metrics.told().decode()
        assert "made-up" not in told
        assert "BREW" not in told
        assert 'method="other"' in told

    def test_write_one_line_that_names_the_page_and_not_the_person(self, settings, caplog):
        settings.WAKU_LOG_REQUESTS = True
        with caplog.at_level(logging.INFO, logger="waku.requests"):
            answered("/mine/1234567890/?voucher=1", "mine/<str:number>/")

        line = json.loads(JsonLines().format(caplog.records[-1]))
        assert line["route"] == "mine/<str:number>/"
        assert (line["municipality"], line["status"]) == ("999997", 200)
        assert line["request_id"] == "ABCD-EFGH"
        assert "1234567890" not in str(line)


@pytest.mark.usefixtures("served")
class TestReservations:
    def test_granted_and_refused_are_counted_by_channel(self):
        cast.everybody_may_book()
        _slot, web, _phone = cast.slot()
        resident = cast.resident()
        before = value("waku_places_taken_total", channel="web")
        refused = value("waku_refusals_total", kind="already_reserved", channel="web")

        with TestCase.captureOnCommitCallbacks(using="default", execute=True):
            cast.reservation(resident, bucket=web)
        with pytest.raises(Refused):
            cast.reservation(resident, bucket=web)

        assert value("waku_places_taken_total", channel="web") == before + 1
        assert value("waku_refusals_total", kind="already_reserved", channel="web") == refused + 1


class TestRefusals:
    def test_are_counted_by_their_kind(self):
        @metrics.counting_refusals(Refused, channel=lambda **asked: asked["channel"])
        def claim(*, channel):
            raise SlotFull

        before = value("waku_refusals_total", kind="full", channel="web")
        with pytest.raises(SlotFull):
            claim(channel="web")

        assert value("waku_refusals_total", kind="full", channel="web") == before + 1

    def test_another_error_is_none(self):
        @metrics.counting_refusals(Refused, channel=lambda **asked: asked["channel"])
        def claim(*, channel):
            raise LookupError

        before = sum(one.value for family in metrics.REFUSALS.collect() for one in family.samples)
        with pytest.raises(LookupError):
            claim(channel="web")

        after = sum(one.value for family in metrics.REFUSALS.collect() for one in family.samples)
        assert after == before


@pytest.mark.usefixtures("served")
class TestBudgets:
    def test_only_what_is_beyond_them_is_counted(self):
        def spend():
            window = timedelta(hours=1)
            budgets.spend(kind="moves", key="k", limit=1, window=window, at=timezone.now())

        before = value("waku_budgets_spent_total", kind="moves")
        spend()
        assert value("waku_budgets_spent_total", kind="moves") == before
        spend()
        assert value("waku_budgets_spent_total", kind="moves") == before + 1


@pytest.mark.usefixtures("served")
class TestGauges:
    def test_tell_sums_and_ages_of_all_together(self, monkeypatch):
        monkeypatch.setattr(gauges, "_kept", [])
        told = gauges.told(at=timezone.now()).decode()

        assert "waku_access_log_unlinked" in told
        assert "waku_municipalities_unread 0.0" in told
        assert "999997" not in told
        assert "waku_valkey_takes_work 1.0" in told

    def test_name_no_operator_s_desk(self, monkeypatch):
        monkeypatch.setattr(gauges, "_kept", [])
        live.publish(topic="staff.4711", body={}, at=timezone.now())
        live.publish(topic="board", body={}, at=timezone.now())
        told = gauges.told(at=timezone.now()).decode()

        assert 'topic="board"' in told
        assert "4711" not in told

    def test_tell_what_waits_how_long_and_when_a_backup_was_taken(self, monkeypatch):
        monkeypatch.setattr(gauges, "_kept", [])
        at = timezone.now()
        access_log.record(what="backup", role="server", by=None, at=at - timedelta(hours=30))
        cast.everybody_may_book()
        cast.reservation(cast.resident(), bucket=cast.slot()[1])

        told = gauges._asked(at)

        assert told.waiting["pending"] == 1
        assert told.unlinked >= 2
        assert told.backup_age == pytest.approx(30 * 3600)
        assert told.without_backup == told.municipalities - 1

    def test_a_database_that_does_not_answer_is_told_and_hides_nobody_else(self, monkeypatch):
        def ask(municipality, _sums, _at):
            if municipality.code == "999997":
                raise DatabaseError

        monkeypatch.setattr(gauges, "_ask", ask)
        told = gauges._asked(timezone.now())

        assert told.unread == 1
        assert told.municipalities > 1

    def test_are_asked_once_in_a_while(self, monkeypatch):
        monkeypatch.setattr(gauges, "_kept", [])
        first = gauges.told(at=timezone.now())
        monkeypatch.setattr(gauges, "_asked", lambda _at: pytest.fail("asked again"))

        assert gauges.told(at=timezone.now()) == first


OTHER_WORKER = """
import os, sys, time
from shared import metrics
metrics.TAKEN.labels("web").inc(3)
metrics.SOCKETS.inc(2)
print(metrics.told().decode() if sys.argv[1:] else "ready", flush=True)
sys.stdin.readline()
"""


class TestManyProcesses:
    def worker(self, folder, *words):
        return subprocess.Popen(
            [sys.executable, "-c", OTHER_WORKER, *words],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def test_any_one_tells_all_and_forgets_what_a_dead_one_held(self, tmp_path):
        first = self.worker(tmp_path / "made")
        assert first.stdout.readline() == "ready\n"
        second = self.worker(tmp_path / "made", "tell")
        told, _ = second.communicate("\n", timeout=60)

        assert 'waku_places_taken_total{channel="web"} 6.0' in told
        assert "waku_sockets_open 4.0" in told

        first.communicate("\n", timeout=60)
        told, _ = self.worker(tmp_path / "made", "tell").communicate("\n", timeout=60)
        assert 'waku_places_taken_total{channel="web"} 9.0' in told
        assert "waku_sockets_open 2.0" in told


class TestWhoIsTold:
    def ask(self, **environ):
        said = []
        pages = inside.Inside(lambda _environ, start: start("404 Not Found", []) or [b""])
        body = pages({"PATH_INFO": "/metrics", **environ}, lambda *words: said.append(words))
        return said[0][0], b"".join(body).decode()

    def test_whoever_scrapes_a_door_by_its_service_name(self):
        status, words = self.ask(HTTP_HOST="web:8000")

        assert status == "200 OK"
        said = {
            label
            for family in text_string_to_metric_families(words)
            for sample in family.samples
            if family.name.startswith("waku_")
            for label in sample.labels.items()
        }
        assert {name for name, _value in said} <= LABELS
        assert all(VALUES.fullmatch(value) for _name, value in said if value)
        assert not any(re.search(r"[0-9]{6}", value) for _name, value in said)

    def test_nobody_who_came_through_nginx(self):
        assert self.ask(HTTP_HOST="web", HTTP_X_FORWARDED_FOR="203.0.113.9")[0] == "404 Not Found"

    def test_nobody_at_a_municipality_s_host(self):
        for host in ("mihon.example.jp", "web.mihon.example.jp", "", "web@mihon.example.jp"):
            assert self.ask(HTTP_HOST=host)[0] == "404 Not Found"
