import uuid

import pytest

from notifications.models import Kind, MessageTemplate
from privacy.models import AccessEntry
from tests import cast
from tests.carrying import MOBILE, promise, state_of
from tests.serving import desk

TEMPLATE = "/message-templates/confirmed/sms/ja/"
GOOD = "【{municipality}】{date}{time} {venue}で待っています。{link}"


@pytest.fixture
def officer(served):
    return desk(cast.staff("ward_officer"))


@pytest.fixture
def operator(served):
    return desk(cast.staff("operator"))


def given(text=GOOD, **more):
    return {"text": text, "reason": "やさしくする", "based_on": 0} | more


class TestTemplates:
    def test_are_listed_with_version_and_length(self, officer):
        page = officer.get("/message-templates/").content.decode()

        assert page.count("標準の文面") == len(Kind) * 2 * 2
        assert "予約完了" in page

    def test_show_the_words_as_they_arrive(self, officer):
        page = officer.get(TEMPLATE).content.decode()

        assert "【見本市】7月1日(水)10:30 見本市民体育館" in page
        assert "通分" in page

    def test_are_looked_at_before_they_are_made(self, officer):
        answer = officer.post(TEMPLATE, given(look="1"))

        assert answer.status_code == 200
        assert "新しい文面の見本" in answer.content.decode()
        assert "見本市民体育館で待っています。" in answer.content.decode()
        assert not MessageTemplate.objects.exists()

    def test_are_made_and_listed_as_a_version(self, officer):
        answer = officer.post(TEMPLATE, given(publish="1"), follow=True)

        assert answer.redirect_chain == [(TEMPLATE, 302)]
        assert "第1版" in answer.content.decode()
        assert MessageTemplate.objects.get().reason == "やさしくする"

    def test_are_refused_with_every_reason(self, officer):
        answer = officer.post(TEMPLATE, given("{name}様 03-1234-5678", publish="1"))

        page = answer.content.decode()
        assert answer.status_code == 422
        for words in ("{name}は使えません", "電話番号は書けません", "宛名", "{municipality}"):
            assert words in page
        assert not MessageTemplate.objects.exists()

    def test_are_refused_when_somebody_was_quicker(self, officer):
        officer.post(TEMPLATE, given(publish="1"))

        answer = officer.post(TEMPLATE, given(publish="1"))

        assert answer.status_code == 409
        assert "ほかの職員が先に" in answer.content.decode()
        assert MessageTemplate.objects.count() == 1

    @pytest.mark.parametrize("path", ["nothing/sms/ja/", "confirmed/call/ja/", "confirmed/sms/xx/"])
    def test_that_do_not_exist_are_not_found(self, officer, path):
        assert officer.get(f"/message-templates/{path}").status_code == 404

    def test_are_closed_to_operators(self, operator):
        assert operator.get("/message-templates/").status_code == 403
        assert operator.post(TEMPLATE, given(publish="1")).status_code == 403


class TestCallList:
    def test_shows_no_number_before_one_is_opened(self, operator):
        promise(state="failed", error_code="21610")

        page = operator.get("/call-list/").content.decode()

        assert "受信拒否の登録があります" in page
        assert "070" not in page
        assert MOBILE not in page

    def test_shows_number_and_words_of_one(self, operator):
        message = promise(state="needs_call", carrier="call", recipient="+81312345678")

        page = operator.get(f"/call-list/{message.pk}/").content.decode()

        assert "03-1234-5678" in page
        assert message.body in page

    def test_takes_a_result(self, operator):
        message = promise(state="unknown")

        answer = operator.post(f"/call-list/{message.pk}/result/", {"outcome": "told"})

        assert (answer.status_code, answer.headers["Location"]) == (302, "/call-list/")
        assert state_of(message) == "told"

    def test_refuses_a_second_result_and_says_why(self, operator):
        message = promise(state="unknown")
        operator.post(f"/call-list/{message.pk}/result/", {"outcome": "told"})

        answer = operator.post(f"/call-list/{message.pk}/result/", {"outcome": "told"})

        assert answer.status_code == 409
        assert "すでに済んでいます" in answer.content.decode()

    @pytest.mark.parametrize(("state", "sent"), [("unknown", {}), ("told", {"outcome": "told"})])
    def test_a_refused_result_shows_the_number_as_a_recorded_look(self, operator, state, sent):
        message = promise(state=state)

        answer = operator.post(f"/call-list/{message.pk}/result/", sent)

        assert answer.status_code in {409, 422}
        assert message.body in answer.content.decode()
        assert AccessEntry.objects.filter(what="call_list").count() == 1

    def test_wants_a_choice(self, operator):
        message = promise(state="unknown")

        assert operator.post(f"/call-list/{message.pk}/result/", {}).status_code == 422
        assert state_of(message) == "unknown"

    def test_knows_nothing_of_strangers(self, operator, tameshi):
        from tenancy.current import serving

        with serving(tameshi):
            stranger = promise(state="failed")

        assert operator.get("/call-list/").content.decode().count("<tr>") == 0
        assert operator.get(f"/call-list/{stranger.pk}/").status_code == 404
        answer = operator.post(f"/call-list/{stranger.pk}/result/", {"outcome": "told"})
        assert answer.status_code == 404
        assert operator.get(f"/call-list/{uuid.uuid4()}/").status_code == 404

    def test_is_closed_to_ward_officers(self, served):
        officer = desk(cast.staff("ward_officer"))
        message = promise(state="failed")

        assert officer.get("/call-list/").status_code == 403
        assert officer.get(f"/call-list/{message.pk}/").status_code == 403
        answer = officer.post(f"/call-list/{message.pk}/result/", {"outcome": "told"})
        assert answer.status_code == 403
        assert state_of(message) == "failed"
