import pytest

from notifications.models import Kind, MessageTemplate
from tests import cast
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
