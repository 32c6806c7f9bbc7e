"""Free places go to another channel by rules: once, at the time, or whenever one runs low."""

from datetime import datetime, time, timedelta

import pytest

from tests.cast import JST
from tests.serving import desk
from tests.unit.venues.conftest import DAY
from venues import freezes, ledger, openings, refusals, release_rules, tasks
from venues.models import Bucket, Channel, PlaceEntry, ReleaseRule, ReleaseRun

pytestmark = pytest.mark.usefixtures("served")
EVENING = datetime(2026, 6, 14, 18, tzinfo=JST)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rule(signed):
    def make(opening=None, **changes):
        typed = {
            "kind": "at", "source": "phone", "target": "web", "days_before": 1,
            "at_time": time(18), **changes,
        }  # fmt: skip
        return release_rules.make(rule=ReleaseRule(opening=opening, **typed), **signed)

    return make


@pytest.fixture
def low(rule):
    def make(opening=None, **changes):
        typed = {"target_below": 2, "source_above": 1, "places": 2, **changes}
        return rule(opening, kind="below", days_before=None, at_time=None, **typed)

    return make


def capacities(opening, channel):
    rows = Bucket.objects.filter(slot__opening=opening, channel=channel)
    return list(rows.order_by("slot__starts_at").values_list("capacity", flat=True))


class TestAtATime:
    def test_moves_what_is_unsold_once_and_enters_it(self, opening, rule):
        """Yokohama, 10 May 2021: 2,564 telephone places left while the web was empty."""
        rule()
        sold = Bucket.objects.filter(slot__opening=opening, channel="phone").first()
        Bucket.objects.filter(pk=sold.pk).update(taken=3)

        assert release_rules.follow_due(at=EVENING - MINUTE) == 0
        assert release_rules.follow_due(at=EVENING) == 13
        assert release_rules.follow_due(at=EVENING + MINUTE) == 0

        assert capacities(opening, "phone") == [3, 0, 0, 0]
        assert capacities(opening, "web") == [7, 10, 10, 10]
        assert ReleaseRun.objects.get().places == 13
        entry = PlaceEntry.objects.filter(what="released").first()
        assert (entry.reason, entry.done_by) == ("医師の追加", None)
        assert [one.bucket_id for one in ledger.differences()] == [sold.pk]  # by the test itself

    def test_late_is_followed_late(self, opening, rule):
        rule()

        assert release_rules.follow_due(at=EVENING + timedelta(hours=15, minutes=30)) == 16

    def test_never_after_the_day(self, opening, rule):
        rule()

        assert release_rules.follow_due(at=EVENING + timedelta(days=1)) == 0

    def test_walk_in_gets_the_rest_on_the_day_and_can_be_taken_then(self, opening, rule):
        for source in ("web", "phone"):
            rule(source=source, target="walk_in", days_before=0, at_time=time(8))
        morning = datetime(2026, 6, 15, 8, tzinfo=JST)

        assert release_rules.follow_due(at=morning) == 40

        assert capacities(opening, "walk_in") == [10] * 4
        bucket = Bucket.objects.filter(slot__opening=opening, channel="walk_in").first()
        assert bucket.bookable_until == bucket.slot.ends_at

    def test_of_one_opening_concerns_no_other(self, opening, plan, signed, rule):
        other = openings.open_day(plan=plan(), day=DAY, **signed)
        rule(other)

        release_rules.follow_due(at=EVENING)

        assert capacities(opening, "phone") == [4] * 4
        assert capacities(other, "phone") == [0] * 4

    def test_of_a_closed_day_waits(self, opening, rule, signed):
        rule()
        openings.close_day(opening=opening, **signed)

        assert release_rules.follow_due(at=EVENING) == 0

    def test_stopped_is_not_followed(self, opening, rule, signed):
        one = rule()

        assert release_rules.stop(rule=one, **signed)
        assert not release_rules.stop(rule=one, **signed)
        assert release_rules.follow_due(at=EVENING) == 0

    def test_waits_while_increases_are_frozen(self, opening, rule, signed):
        rule()
        freezes.begin(found=1, note="", at=EVENING)

        assert release_rules.follow_due(at=EVENING) == 0
        freezes.clear(**signed)
        assert release_rules.follow_due(at=EVENING) == 16


class TestRunningLow:
    def test_moves_a_few_where_the_web_runs_out(self, opening, low):
        low()
        web = Bucket.objects.filter(slot__opening=opening, channel="web").first()
        Bucket.objects.filter(pk=web.pk).update(taken=5)

        assert release_rules.follow_due(at=EVENING) == 2
        assert capacities(opening, "web") == [8, 6, 6, 6]
        assert release_rules.follow_due(at=EVENING) == 0  # three are left there now

    def test_leaves_the_source_what_it_keeps(self, opening, low):
        low(source_above=4)
        web = Bucket.objects.filter(slot__opening=opening, channel="web").first()
        Bucket.objects.filter(pk=web.pk).update(taken=6)

        assert release_rules.follow_due(at=EVENING) == 0


class TestNonsense:
    @pytest.mark.parametrize(
        "typed",
        [
            {"target": "phone"}, {"source": "fax"}, {"days_before": None}, {"days_before": 61},
            {"at_time": None}, {"kind": "below"}, {"kind": "below", "target_below": 1,
            "source_above": 1, "places": 0}, {"kind": "below", "target_below": 1,
            "source_above": 1, "places": 1000},
        ],
    )  # fmt: skip
    def test_is_refused(self, rule, typed):
        with pytest.raises(refusals.RuleMakesNoSense):
            rule(**typed)


class TestPages:
    def test_a_rule_is_made_shown_and_stopped(self, opening, officer):
        client, path = desk(officer), f"/venues/openings/{opening.pk}/release-rules/"
        typed = {
            "kind": "at", "source": "phone", "target": "web", "days_before": "1",
            "at_time": "18:00", "reason": "前日の空き",
        }  # fmt: skip
        assert client.post(path, {**typed, "target": "phone"}).status_code == 422
        assert client.post(path, typed).status_code == 302

        made = ReleaseRule.objects.get()
        assert made.opening == opening
        assert "前日の空き" in client.get(path).text
        assert client.get("/venues/release-rules/").status_code == 200

        stop = f"/venues/release-rules/{made.pk}/stop/"
        assert client.post(stop, {"reason": ""}).status_code == 422
        assert client.post(stop, {"reason": "電話が多い"}).status_code == 302
        made.refresh_from_db()
        assert (made.stop_reason, made.stopped_by) == ("電話が多い", officer)

    def test_the_day_says_what_comes_next(self, opening, officer, rule):
        rule()
        release = release_rules.next_of(opening, at=EVENING - MINUTE)
        assert [one.moment for one in release] == [EVENING]


def test_beat_follows_them(opening):
    assert tasks.release_places(municipality_code="999997") == 0
    assert Channel.WEB
