"""The page on which two officers move the municipality on."""

import pytest

from tenancy import standings
from tenancy.models import StageRequest
from tests import cast
from tests.serving import desk


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


@pytest.fixture
def other(served):
    return cast.staff("ward_officer")


def ask(by):
    return desk(by).post("/stage/ask/", {"reason": "リハーサルの開始"})


def agree(by):
    return desk(by).post(f"/stage/{StageRequest.objects.latest('asked_at').pk}/agree/")


class TestStagePage:
    def test_one_asks_and_another_agrees(self, officer, other):
        ask(officer)
        agree(other)

        assert standings.standing().stage == "trial"
        assert "仮稼働中" in desk(officer).get("/").text

    def test_the_one_who_asks_is_told_to_wait(self, officer):
        ask(officer)
        refused = agree(officer)

        assert refused.status_code == 409
        assert "別の職員の承認が必要です" in refused.text
        assert standings.standing().stage == "building"

    def test_dummies_stop_the_way_to_real_people(self, officer, other):
        cast.resident()
        row = standings.standing()
        row.stage, row.approved_on = "trial", cast.NOW.date()
        row.save()
        ask(officer)

        refused = agree(other)

        assert refused.status_code == 409
        assert "ダミーデータが残っています" in refused.text

    def test_a_wish_without_a_reason_is_no_wish(self, officer):
        assert desk(officer).post("/stage/ask/", {}).status_code == 422
        assert not StageRequest.objects.exists()

    def test_at_the_end_nothing_more_can_be_asked_for(self, officer):
        row = standings.standing()
        row.stage = "ended"
        row.save()

        assert ask(officer).status_code == 409
        assert "申請する" not in desk(officer).get("/stage/").text
