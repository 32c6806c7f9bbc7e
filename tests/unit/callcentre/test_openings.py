"""A record with the ward's mark opens with a supervisor only, and every try is told (T06)."""

import pytest
from django.db import IntegrityError, transaction

from booking.models import Reservation
from callcentre import (
    call_backs,
    call_script,
    calls,
    claims,
    desk,
    looks,
    openings,
    outbound,
    telling,
    watch_marks,
)
from callcentre.models import CallParty, WatchMark
from callcentre.parties import Clues
from callcentre.presenters import desk_page
from callcentre.refusals import NotASupervisor, SupervisorNeeded
from notifications.models import Message
from privacy.models import AccessEntry, Alert
from tests import cast
from tests.cast import NOW
from tests.serving import desk as browser

WHY = "命をねらわれた議員のため"


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


@pytest.fixture
def marked(officer, taro):
    return watch_marks.set_on(number="9990123456", reason=WHY, by=officer, at=NOW)


@pytest.fixture
def party(marked, call, taro, bring):
    return bring(call, taro)


def reserved(resident):
    cast.everybody_may_book()
    return cast.reservation(resident)


def tries(**more):
    return AccessEntry.objects.filter(what=openings.TRIED, **more)


class TestAnOperator:
    def test_sees_a_neutral_sentence_and_nothing_of_the_record(self, operator, party, taro):
        page = browser(operator).get(f"/console/?party={party.pk}").text

        assert "管理者の確認が必要です" in page
        for hidden in ("見本　太郎", "0001", "3456", WHY, "見守り", "議員"):
            assert hidden not in page, hidden

    def test_is_written_down_and_told_once_in_a_call(self, operator, party, taro):
        for _ in range(3):
            assert desk.picture(by=operator, at=NOW).card is None

        assert tries(call_id=party.call_id, resident_id=taro.pk, succeeded=False).count() == 1
        alert = Alert.objects.get(kind="watched")
        assert (alert.staff_id, alert.resident_id, alert.count) == (operator.pk, taro.pk, 1)

    def test_changes_nothing_by_a_forged_form(self, operator, party, taro):
        reservation = reserved(taro)
        calls.read_notice(call=party.call, by=operator)
        data = {"reservation": reservation.pk, "version": reservation.version, "reason": "plans"}
        browser(operator).post(f"/console/parties/{party.pk}/cancel/", data)

        with pytest.raises(SupervisorNeeded):
            claims.cancel_for(
                party=party, reservation_id=reservation.pk, version=1, reason="plans",
                by=operator, at=NOW,
            )  # fmt: skip
        assert Reservation.objects.get().is_live

    def test_sees_it_where_the_guard_is_gone(self, operator, party, monkeypatch):
        """The twin: without the guard the page shows everything."""
        monkeypatch.setattr(openings, "require", lambda **_: False)

        assert "見本　太郎" in browser(operator).get(f"/console/?party={party.pk}").text

    def test_does_not_get_in_without_a_call(self, operator, marked, taro):
        for count in (1, 2):
            with pytest.raises(SupervisorNeeded):
                looks.look(
                    clues=Clues(number="9990123456"), purpose="ward", detail="照会のため",
                    by=operator, at=NOW,
                )  # fmt: skip
            assert tries(succeeded=False).count() == count
            assert Alert.objects.get(kind="watched").count == count
        data = {"number": "9990123456", "purpose": "ward", "detail": "区からの照会"}
        answer = browser(operator).post("/console/look/", data)
        assert answer.status_code == 409
        assert "太郎" not in answer.text

    def test_neither_rings_back_nor_works_the_list(self, operator, party, taro):
        reserved(taro)
        message = Message.objects.latest("created_at")
        message.person_id = taro.pk
        message.save()
        for refused in (
            lambda: call_backs.ring_back(party=party, by=operator, at=NOW),
            lambda: telling.look(message_id=message.pk, purpose="call", by=operator, at=NOW),
            lambda: outbound.start_for(message_id=message.pk, by=operator, at=NOW),
        ):
            with pytest.raises(SupervisorNeeded):
                refused()
        assert set(tries().values_list("why", flat=True)) == {"ring_back", "call_list", "outbound"}
        answer = browser(operator).post(f"/call-list/{message.pk}/look/", {"purpose": "call"})
        assert answer.status_code == 409
        assert "見本　太郎" not in answer.text

    def test_cannot_let_the_own_call_see(self, operator, party, supervisor):
        with pytest.raises(NotASupervisor):
            openings.let_see(party=party, reason="talked", by=operator, at=NOW)
        path = f"/console/parties/{party.pk}/let-see/"
        assert browser(operator).post(path, {"reason": "talked"}).status_code == 403
        party.refresh_from_db()
        assert party.opened_at is None


class TestASupervisor:
    def test_lets_one_call_have_one_look(self, operator, supervisor, party, taro, bring):
        client = browser(operator)
        client.get("/console/")
        boss = browser(supervisor)
        assert "管理者の確認待ち" in boss.get("/console/board/").text
        page = boss.get(f"/console/board/records/{party.pk}/").text
        assert "この通話で開く" in page
        assert WHY not in page
        boss.post(f"/console/parties/{party.pk}/let-see/", {"reason": "on_the_line"})

        assert "見本　太郎" in client.get(f"/console/?party={party.pk}").text
        assert AccessEntry.objects.get(what="view_let").why == "on_the_line"
        assert Alert.objects.get(kind="watched").count == 2
        assert openings.waiting() == []
        self.next_call_waits_again(operator, party.call, taro, bring)

    def next_call_waits_again(self, operator, call, taro, bring):
        calls.wrap_up(call=call, by=operator, at=NOW)
        calls.end(call=call, by=operator, at=NOW)
        bring(calls.start(by=operator, at=NOW), taro)
        assert desk.picture(by=operator, at=NOW).is_unopened

    def test_needs_a_reason(self, operator, supervisor, party):
        browser(supervisor).post(f"/console/parties/{party.pk}/let-see/", {"reason": "x"})

        assert CallParty.objects.get(pk=party.pk).opened_at is None

    def test_opens_it_in_her_own_call_and_is_told_too(self, supervisor, marked, taro, bring):
        bring(calls.start(by=supervisor, at=NOW), taro, by=supervisor)

        assert desk.picture(by=supervisor, at=NOW).card.name == "見本　太郎"
        assert Alert.objects.get(kind="watched").staff_id == supervisor.pk

    def test_may_look_without_a_call_and_is_told_too(self, supervisor, marked):
        looks.look(
            clues=Clues(number="9990123456"), purpose="ward", detail="照会のため",
            by=supervisor, at=NOW,
        )  # fmt: skip

        assert Alert.objects.get(kind="watched").count == 1

    def test_is_asked_for_at_the_board_only_while_the_call_lives(self, operator, party):
        desk.picture(by=operator, at=NOW)
        assert openings.find_waiting(party.pk) is not None
        calls.wrap_up(call=party.call, by=operator, at=NOW)

        assert openings.find_waiting(party.pk) is None

    def test_finds_a_settled_one_back_at_the_board(self, supervisor, party):
        answer = browser(supervisor).get(f"/console/board/records/{party.pk}/")

        assert answer.headers["Location"] == "/console/board/"


class TestTheWard:
    def test_sets_and_lifts_with_a_reason(self, officer, operator, taro, call, bring):
        client = browser(officer)
        data = {"number": "9990123456", "reason": WHY}
        page = client.post("/console/watch-marks/", data, follow=True).text
        assert WHY in page
        assert "●●●●●●3456" in page
        mark = WatchMark.objects.get()
        client.post(f"/console/watch-marks/{mark.pk}/lift/", {"reason": " "})
        assert watch_marks.is_on(taro.pk)
        client.post(f"/console/watch-marks/{mark.pk}/lift/", {"reason": "任期が終わった"})

        bring(call, taro)
        assert desk.picture(by=operator, at=NOW).card.name == "見本　太郎"
        assert not Alert.objects.filter(kind="watched").exists()

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ({"number": "9990123456", "reason": ""}, 422),
            ({"number": "9990999999", "reason": WHY}, 409),
            ({"number": "%", "reason": WHY}, 409),
            ({"number": "9990123456", "reason": "番号は 123456789018"}, 422),
        ],
    )
    def test_is_refused(self, officer, taro, data, status):
        assert browser(officer).post("/console/watch-marks/", data).status_code == status
        assert not WatchMark.objects.exists()

    def test_marks_nobody_twice_and_lifts_nothing_twice(self, officer, marked, taro):
        with pytest.raises(watch_marks.AlreadyMarked):
            watch_marks.set_on(number="9990123456", reason=WHY, by=officer, at=NOW)
        watch_marks.lift(mark_id=marked.pk, reason="不要", by=officer, at=NOW)
        with pytest.raises(watch_marks.NotMarked):
            watch_marks.lift(mark_id=marked.pk, reason="不要", by=officer, at=NOW)

    @pytest.mark.parametrize("role", ["operator", "supervisor", "auditor", "contractor"])
    def test_alone_marks_and_reads_marks(self, marked, role):
        other = cast.staff(role)
        assert browser(other).get("/console/watch-marks/").status_code == 403
        with pytest.raises(watch_marks.NotTheWard):
            watch_marks.lift(mark_id=marked.pk, reason="不要", by=other, at=NOW)

    def test_keeps_reason_and_name_out_of_the_log(self, officer, marked, taro):
        line = AccessEntry.objects.get(what="watch_mark_set")

        assert (line.resident_id, line.why) == (None, "")

    def test_the_database_keeps_who_opened_with_when(self, party, supervisor):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallParty.objects.filter(pk=party.pk).update(opened_by=supervisor)


def test_the_resident_books_on_the_web_and_sees_nothing(marked, taro):
    reservation = reserved(taro)

    assert reservation.is_live
    assert not AccessEntry.objects.filter(what=openings.TRIED).exists()
    assert not Alert.objects.filter(kind="watched").exists()


def test_every_step_has_its_words():
    assert set(call_script.LINES) == set(call_script.Step)
    assert desk_page.Step is call_script.Step
