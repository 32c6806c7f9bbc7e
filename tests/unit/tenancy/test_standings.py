"""The stage moves one step at a time, by two, and never with dummy beside real (S-13, S-46, S-56)."""

from datetime import date

import pytest

from tenancy import standings
from tenancy.models.standing import Stage, StageChange
from tests import cast
from tests.cast import NOW


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


@pytest.fixture
def other(served):
    return cast.staff("ward_officer")


def ask(to, by):
    return standings.ask_stage(to=to, reason="試験", by=by, at=NOW)


def move(to, officer, other, dummy_left=False):
    return standings.agree_stage(request=ask(to, officer), dummy_left=dummy_left, by=other, at=NOW)


def approve():
    row = standings.standing()
    row.approved_on = date(2026, 5, 1)
    row.save()


class TestStages:
    def test_follow_each_other_to_the_end(self, officer, other):
        approve()
        for to in (Stage.TRIAL, Stage.LIVE, Stage.ENDED):
            assert move(to, officer, other).stage == to

        assert standings.following() is None
        assert StageChange.objects.filter(asked_by=officer, agreed_by=other).count() == 3

    @pytest.mark.parametrize("to", [Stage.LIVE, Stage.ENDED, Stage.BUILDING, "", "nothing"])
    def test_none_is_skipped_and_none_returns(self, officer, to):
        with pytest.raises(standings.NotTheNextStage):
            ask(to, officer)

    def test_the_one_who_asks_cannot_agree(self, officer):
        wish = ask(Stage.TRIAL, officer)

        with pytest.raises(standings.SecondPersonMissing):
            standings.agree_stage(request=wish, dummy_left=False, by=officer, at=NOW)
        assert standings.standing().stage == Stage.BUILDING

    def test_nothing_goes_live_beside_dummy_data(self, officer, other):
        approve()
        move(Stage.TRIAL, officer, other)

        with pytest.raises(standings.DummyDataLeft):
            move(Stage.LIVE, officer, other, dummy_left=True)
        assert standings.standing().stage == Stage.TRIAL
        assert standings.open_stage_requests().count() == 1  # the refusal left the wish open

    def test_nothing_goes_live_before_the_council_s_approval(self, officer, other):
        move(Stage.TRIAL, officer, other)

        with pytest.raises(standings.NotApprovedYet):
            move(Stage.LIVE, officer, other)

    def test_a_wish_is_open_once_and_answered_once(self, officer, other):
        wish = ask(Stage.TRIAL, officer)
        with pytest.raises(standings.RequestPending):
            ask(Stage.TRIAL, other)

        standings.refuse_stage(request=wish, by=officer, at=NOW)

        with pytest.raises(standings.AlreadyAnswered):
            standings.agree_stage(request=wish, dummy_left=False, by=other, at=NOW)
        assert ask(Stage.TRIAL, other)


class TestSettings:
    def test_another_notice_is_another_version(self, officer):
        first = standings.change(
            values={"purpose_notice": "予約のために使います。"}, reason="初め", by=officer, at=NOW
        )
        same = standings.change(
            values={"purpose_notice": "予約のために使います。"}, reason="同じ", by=officer, at=NOW
        )

        english = standings.change(
            values={"purpose_notice_en": "Only for bookings."}, reason="英語", by=officer, at=NOW
        )

        assert first.purpose_notice_version == same.purpose_notice_version == 2
        assert english.purpose_notice_version == 3

    def test_tells_who_changed_what_and_why(self, officer):
        standings.change(values={"roster_hour": 17}, reason="区の依頼", by=officer, at=NOW)

        line = standings.standing().history.latest("history_id")
        assert (line.roster_hour, line.history_user, line.history_change_reason) == (17, officer, "区の依頼")  # fmt: skip
