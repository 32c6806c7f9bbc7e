"""An operator works in one window; a second one reads until it takes over (T20)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from callcentre import calls, consoles, leases
from callcentre.consoles import Seat
from callcentre.models import Call, Console, Lease
from privacy.models import AccessEntry
from tenancy import live
from tests import cast
from tests.serving import desk

ONE, TWO = "a" * 32, "b" * 32


def seat_in(client, window=""):
    return Seat(client.session["staff_sign_in"], window)


@pytest.fixture
def window(operator):
    return desk(operator)


@pytest.fixture
def second(operator, window):
    return desk(operator)


def here(client, name=""):
    return client.post("/console/here/", {"console_window": name}).json()["here"]


def start(client, name=""):
    client.post("/console/calls/start/", {"console_window": name})
    return Call.objects.filter(state="live").count()


class TestOneWindow:
    def test_the_first_works_and_the_second_reads(self, window, second):
        assert start(window) == 1
        page = second.get("/console/")
        refused = second.post("/console/calls/wrap-up/", follow=True)

        assert page.status_code == 200
        assert "別のウィンドウで使用中です。" in page.text
        assert page.context["works_here"] is False
        assert "電話受付は別のウィンドウで使用中です" in refused.text
        assert Call.objects.get().state == "live"

    def test_every_door_that_changes_something_is_closed_to_the_second(self, window, second):
        """But for the two that say where one works, and the beat of the lease."""
        from tests.house.doors import addresses

        assert here(window)
        open_to_all = {"here", "take", "heartbeat", "approve", "shred_note", "close_ward_request", "escalated"}  # fmt: skip
        for door in addresses("staff"):
            if not door.route.startswith("console/") or door.name in open_to_all:
                continue
            answer = second.post(door.path, {"reason": "x"})
            told = [str(one) for one in getattr(answer.wsgi_request, "_messages", [])]
            is_closed = any("別のウィンドウで使用中" in one for one in told)
            assert is_closed or answer.status_code in {403, 405, 404, 422}, str(door)

    def test_it_takes_over_and_the_first_reads(self, window, second, operator):
        start(window)
        before = live.sequences([consoles.topic_of(operator)])
        second.post("/console/take/")

        assert here(second)
        assert not here(window)
        assert second.get("/console/").context["works_here"]
        after = live.sequences([consoles.topic_of(operator)])
        assert after != before

    def test_two_windows_of_one_session_are_told_apart_by_name(self, window):
        assert here(window, ONE)
        assert not here(window, TWO)
        assert start(window, TWO) == 0
        window.post("/console/take/", {"console_window": TWO})

        assert not here(window, ONE)
        assert start(window, TWO) == 1

    def test_without_scripts_a_session_is_one_window(self, window):
        assert here(window, ONE)

        assert start(window) == 1
        assert Console.objects.get().window == ONE

    def test_a_window_that_was_closed_is_forgotten(self, window, second):
        assert here(window, ONE)
        with time_machine.travel(timezone.now() + consoles.QUIET + timedelta(seconds=1)):
            assert here(second, TWO)

    def test_one_that_beats_is_not(self, window, second):
        for seconds in (0, 25, 50, 75, 100):
            with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
                assert here(window, ONE)
        with time_machine.travel(timezone.now() + timedelta(seconds=110), tick=False):
            assert not here(second, TWO)

    def test_a_session_that_has_ended_holds_nothing(self, window, second, operator):
        here(window, ONE)
        desk(operator)  # a third: the first session ends

        assert here(second, TWO)

    def test_signing_out_frees_at_once(self, window, second):
        here(window, ONE)
        window.post("/sign-out/")

        assert here(second, TWO)

    def test_other_operators_are_not_concerned(self, window, other_operator):
        here(window, ONE)

        assert here(desk(other_operator), TWO)

    @pytest.mark.parametrize("name", ["x" * 5000, "'; DROP TABLE", "\u0000"])
    def test_a_strange_name_is_cut_and_breaks_nothing(self, window, name):
        assert window.post("/console/here/", {"console_window": name}).status_code == 200


class TestTakenOver:
    def hold(self, operator, taro):
        call = calls.start(by=operator, at=timezone.now())
        leases.take(resident_id=taro.pk, call=call, by=operator, at=timezone.now())
        return call

    def take_over(self, supervisor, taro):
        own = calls.start(by=supervisor, at=timezone.now())
        leases.take_over(
            resident_id=taro.pk, call=own, reason="stuck", by=supervisor, at=timezone.now()
        )

    def test_the_holder_is_told_who_and_why(self, window, operator, supervisor, taro):
        self.hold(operator, taro)
        self.take_over(supervisor, taro)

        told = window.post("/console/here/").json()
        assert supervisor.display_name in told["words"]
        assert "手続きが止まっている" in told["words"]
        assert "太郎" not in told["words"]
        assert Lease.objects.get().holder == supervisor

    def test_it_stands_in_the_access_log(self, operator, supervisor, taro):
        call = self.hold(operator, taro)
        self.take_over(supervisor, taro)

        entry = AccessEntry.objects.get(what="take_over")
        assert (entry.staff_id, entry.why, entry.call_id) == (supervisor.pk, "stuck", call.pk)
        assert entry.resident_id == taro.pk

    def test_nobody_is_told_where_nobody_held(self, operator, supervisor, taro):
        self.take_over(supervisor, taro)

        assert consoles.news_of(operator) == (0, {})
        assert not AccessEntry.objects.filter(what="take_over").exists()

    def test_two_newcomers_at_an_expired_lease_hear_nothing_false(self, operator, supervisor, taro):
        self.hold(operator, taro)
        Lease.objects.update(expires_at=cast.NOW)
        self.take_over(supervisor, taro)

        assert consoles.news_of(operator) == (0, {})


class TestTheOwnTopic:
    def listener(self, role):
        from callcentre.doorbells import Listener

        return Listener("a-key", role, own="desk.1")

    def test_only_one_s_own_desk_can_be_watched(self):
        listener = self.listener("operator")
        listener.subscribe(["desk", "desk.2", "desk.1", "board", "staff.1", "places"])

        assert listener.topics == {"desk.1", "places"}

    def test_only_by_those_who_take_calls(self):
        listener = self.listener("ward_officer")
        listener.subscribe(["desk"])

        assert listener.topics == frozenset()

    def test_a_page_is_told_no_name_of_a_topic(self):
        listener = self.listener("operator")
        listener.subscribe(["desk"])
        listener.ring("desk.2", 1)
        listener.ring("desk.1", 7)
        listener.stand({"desk.1": 7, "desk.2": 1})

        assert list(listener._news.values()) == [{"topic": "desk", "seq": 7}, {"seqs": {"desk": 7}}]
