"""Demand is counted cheaply, carried over once, and says where it is not whole."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from frontdoor import demand, gatherings, line, reports
from frontdoor.models import DemandMinute
from tests import cast
from tests.cast import NOW
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def counters(served):
    """No count of another test is in Valkey."""
    line.forget_lost()
    clear(served.code)
    yield
    clear(served.code)


def clear(code):
    demand._noted.clear()
    for pattern in (f"waku:demand:{{{code}}}:*", f"waku:door:{{{code}}}:*"):
        for key in line.valkey().scan_iter(pattern):
            line.valkey().delete(key)


def figures():
    return {(row.channel, row.what): row.count for row in DemandMinute.objects.order_by("minute")}


class Full(Exception):
    code = "full"


@demand.counting(Full, channel=lambda **asked: asked["channel"])
def ask(*, channel, at, outcome=None):
    if outcome:
        raise outcome
    return "given"


class TestCounting:
    def test_asked_given_and_refused_by_reason(self, served):
        ask(channel="web", at=NOW)
        for _ in range(2):
            with pytest.raises(Full):
                ask(channel="phone", at=NOW, outcome=Full())
        with pytest.raises(KeyError):
            ask(channel="phone", at=NOW, outcome=KeyError())

        demand.carry_over(at=NOW)

        assert figures() == {
            ("web", "asked"): 1, ("web", "given"): 1, ("phone", "asked"): 3,
            ("phone", "refused.full"): 2,
        }  # fmt: skip

    def test_a_claim_is_counted_by_its_channel(self, served):
        from booking import reservations
        from booking.reservations import Asking, Wish

        resident = cast.resident()
        asking = Asking(channel="web", request_key=uuid.uuid4(), notice_version=1)
        with pytest.raises(reservations.Refused):
            reservations.claim(
                resident=resident, wishes=[Wish(1, 10**9)], asking=asking, by=None, at=NOW
            )

        demand.carry_over(at=NOW)

        assert figures()["web", "asked"] == 1
        assert figures()["web", "refused.full"] == 1

    def test_carried_over_twice_is_counted_once_and_goes_on(self):
        ask(channel="web", at=NOW)
        demand.carry_over(at=NOW)
        demand.carry_over(at=NOW)
        ask(channel="web", at=NOW + timedelta(seconds=5))
        demand.carry_over(at=NOW)

        assert figures()["web", "asked"] == 2

    def test_is_let_go_in_valkey_when_it_is_over(self, served):
        ask(channel="web", at=NOW)
        demand.carry_over(at=NOW + timedelta(minutes=4))

        assert list(line.valkey().scan_iter(f"waku:demand:{{{served.code}}}:*")) == []
        assert figures()["web", "given"] == 1

    def test_how_many_wait_is_the_most_of_the_minute(self, served):
        keys = line.keys_of(served.code)
        line.valkey().zadd(keys[0], {f"s{n}": n for n in range(30)})
        line.valkey().hset(keys[5], "pace", 10)
        demand.carry_over(at=NOW)
        line.valkey().zremrangebyrank(keys[0], 0, 9)
        demand.carry_over(at=NOW + timedelta(seconds=10))

        assert figures() == {("web", "waiting"): 30, ("web", "wait_minutes"): 3}

    def test_a_lost_valkey_stops_no_claim_and_marks_the_minute(self, monkeypatch):
        def lost(_ask):
            raise line.Lost

        monkeypatch.setattr(line, "said", lost)
        assert ask(channel="web", at=NOW) == "given"
        demand.carry_over(at=NOW)

        (minute,) = reports.minutes(since=NOW, until=NOW)
        assert not minute.is_whole

    def test_is_told_by_itself_within_a_second_or_so(self, served):
        import time

        ask(channel="web", at=NOW)
        deadline = time.monotonic() + 60
        while not list(line.valkey().scan_iter(f"waku:demand:{{{served.code}}}:*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def test_nobody_who_books_waits_for_it(self, monkeypatch):
        monkeypatch.setattr(line, "said", lambda _ask: pytest.fail("Valkey was asked"))
        monkeypatch.setattr(
            demand, "Timer", lambda *_: type("Never", (), {"start": lambda _: None})()
        )

        assert ask(channel="web", at=NOW) == "given"


class TestPages:
    @pytest.fixture
    def counted(self, served):
        """Some minutes before now."""
        from django.utils import timezone

        at = timezone.now() - timedelta(minutes=3)
        for _ in range(3):
            ask(channel="web", at=at)
        with pytest.raises(Full):
            ask(channel="phone", at=at, outcome=Full())
        demand.count(code=served.code, channel="web", found={"came": 9, "let_in": 4}, at=at)
        demand.carry_over(at=at)
        return at

    def page(self, name, role="supervisor", **query):
        url = reverse(f"frontdoor:{name}", urlconf="config.urls_staff")
        return desk(cast.staff(role)).get(url, query)

    def test_show_figures_charts_and_reasons(self, counted):
        text = self.page("demand").text

        assert text.count("<svg") == 6
        assert "満員（先に取られた）" in text
        assert "合計 9、1分の最大 9" in text
        assert 'hx-trigger="every 10s"' in text

    def test_say_where_figures_were_lost(self, counted):
        assert "一部の数が欠けています" not in self.page("demand").text
        DemandMinute.objects.create(minute=counted.replace(second=0, microsecond=0), channel="web", what="lost", count=1)  # fmt: skip

        assert "予約は失われていません" in self.page("demand").text

    def test_as_a_file_hold_counts_only(self, counted):
        text = self.page("demand_table", role="ward_officer").content.decode("utf-8-sig")

        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == 60
        assert sum(int(row["web.came"]) for row in rows) == 9
        assert sum(int(row["phone.refused.full"]) for row in rows) == 1

    @pytest.mark.parametrize("minutes", ["", "x", "-5", "99999999", "60"])
    def test_a_span_nobody_offers_is_an_hour(self, counted, minutes):
        text = self.page("demand_table", minutes=minutes).content.decode()
        assert len(text.splitlines()) == 61

    def test_are_for_ward_and_supervisor_not_for_operators(self, served):
        assert self.page("demand", role="operator").status_code == 403
        assert self.page("door", role="supervisor").status_code == 403
        assert self.page("door", role="ward_officer").status_code == 200


class TestTheDoorPage:
    @pytest.fixture
    def officer(self, served):
        return desk(cast.staff("ward_officer"))

    def url(self, name, *args):
        return reverse(f"frontdoor:{name}", args=args, urlconf="config.urls_staff")

    def test_changes_the_limits_with_a_reason_and_a_history(self, officer):
        answer = officer.post(
            self.url("change"),
            {"mode": "auto", "per_minute": "120", "most_inside": "", "reason": "集団接種の初日"},
        )

        assert answer.status_code == 302
        text = officer.get(self.url("door")).text
        assert "120" in text
        assert "集団接種の初日" in text

    @pytest.mark.parametrize(
        "typed",
        [{"per_minute": "-1"}, {"per_minute": "1000000000000"}, {"most_inside": "0"},
         {"mode": "x"}, {"reason": ""}, {"per_minute": "十"}],
    )  # fmt: skip
    def test_refuses_what_makes_no_sense_in_words(self, officer, typed):
        good = {"mode": "auto", "per_minute": "", "most_inside": "", "reason": "試験"}
        answer = officer.post(self.url("change"), good | typed)

        assert answer.status_code == 422
        assert "error-summary" in answer.text or "field__error" in answer.text

    def planned(self, at, minutes=30):
        return gatherings.plan(
            opens_at=at + timedelta(hours=1), gathers_from=at + timedelta(minutes=60 - minutes),
            by=cast.staff("ward_officer"), at=at,
        )  # fmt: skip

    def test_shows_the_hash_before_and_the_seed_only_after(self, officer):
        from django.utils import timezone

        row = self.planned(timezone.now())
        text = officer.get(self.url("door")).text
        assert row.seed_hash in text
        assert row.seed not in text

        past = self.planned(timezone.now() - timedelta(hours=5))
        text = officer.get(self.url("door")).text
        assert past.seed in text
        assert gatherings.hash_of(past.seed) == past.seed_hash

    def test_plans_and_calls_off(self, officer):
        answer = officer.post(
            self.url("plan"), {"opens_on": "2999-01-01", "opens_at": "08:30", "minutes": "30"}
        )
        assert answer.status_code == 302
        (row,) = gatherings.newest()

        officer.post(self.url("cancel", row.pk))

        assert gatherings.newest()[0].cancelled_at is not None

    @pytest.mark.parametrize(
        "typed",
        [{"opens_on": "2001-01-01"}, {"minutes": "0"}, {"minutes": "9999"}, {"opens_at": "25:00"},
         {"opens_on": ""}],
    )  # fmt: skip
    def test_refuses_moments_that_cannot_be(self, officer, typed):
        good = {"opens_on": "2999-01-01", "opens_at": "08:30", "minutes": "30"}

        assert officer.post(self.url("plan"), good | typed).status_code == 422

    def test_refuses_two_at_once_and_a_past_one_s_end(self, served):
        self.planned(NOW)
        with pytest.raises(gatherings.MomentTaken):
            self.planned(NOW + timedelta(minutes=10))
        with pytest.raises(gatherings.AlreadyPast):
            gatherings.cancel(
                gathering=gatherings.newest()[0], by=cast.staff("ward_officer"),
                at=NOW + timedelta(hours=2),
            )  # fmt: skip

    def test_the_seed_is_sealed_in_the_database(self, served):
        from django.db import connections

        row = self.planned(NOW)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT seed FROM frontdoor_gathering WHERE id = %s", [row.pk])
            assert row.seed.encode() not in bytes(cursor.fetchone()[0])

    def test_without_valkey_says_so(self, officer, monkeypatch):
        def lost(_ask):
            raise line.Lost

        monkeypatch.setattr(line, "said", lost)
        assert "予約は続いています" in officer.get(self.url("door")).text
