"""The list of people to tell: masked, until somebody looks for a purpose that is written down."""

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from notifications import call_list
from privacy.models import AccessEntry
from tests import cast
from tests.carrying import MOBILE, promise, state_of
from tests.serving import desk


@pytest.fixture
def operator(served):
    return desk(cast.staff("operator"))


class TestALook:
    @pytest.fixture
    def message(self, served):
        taro = cast.resident(name="見本　太郎")
        return promise(state="failed", person_id=taro.pk, at=cast.now())

    def test_is_needed_before_anything_of_the_person_is_shown(self, operator, message):
        page = operator.get(f"/call-list/{message.pk}/").content.decode()

        assert "見●●●" in page
        assert "太郎" not in page
        assert message.body not in page
        assert "●●●-●●●●-0001" in page
        assert not AccessEntry.objects.filter(what="call_list").exists()

    def test_shows_whom_to_call_and_what_to_say_and_is_recorded(self, operator, message):
        answer = operator.post(f"/call-list/{message.pk}/look/", {"purpose": "call"})

        page = answer.content.decode()
        for shown in ("見本　太郎", "070-9999-0001", message.body):
            assert shown in page
        entry = AccessEntry.objects.get(what="call_list")
        assert (entry.resident_id, entry.why) == (message.person_id, "notice:confirmed call")

    @pytest.mark.parametrize("sent", [{}, {"purpose": ""}, {"purpose": "curious"}])
    def test_without_a_purpose_shows_nothing(self, operator, message, sent):
        answer = operator.post(f"/call-list/{message.pk}/look/", sent)

        assert answer.status_code == 422
        assert "太郎" not in answer.content.decode()
        assert message.body not in answer.content.decode()
        assert not AccessEntry.objects.filter(what="call_list").exists()

    def test_of_a_message_to_nobody_on_the_list_names_nobody(self, operator, served):
        message = promise(state="failed", person_id=None)

        answer = operator.post(f"/call-list/{message.pk}/look/", {"purpose": "check"})

        assert answer.status_code == 200


class TestTryingAgain:
    def put_off(self, operator, message, outcome, moment):
        sent = {"outcome": outcome, "again_at": f"{localtime(moment):%Y-%m-%dT%H:%M}"}
        return operator.post(f"/call-list/{message.pk}/result/", sent)

    @pytest.mark.parametrize("outcome", ["call_again", "no_answer"])
    def test_puts_the_line_last_until_then(self, operator, outcome):
        now = cast.now()
        soon = promise(state="failed", at=now, not_after=now + timedelta(days=1))
        later = promise(state="failed", at=now, not_after=now + timedelta(days=2))

        answer = self.put_off(operator, soon, outcome, now + timedelta(hours=3))

        assert answer.status_code == 302
        assert list(call_list.waiting(at=now)) == [later, soon]
        assert list(call_list.waiting(at=now + timedelta(hours=4))) == [soon, later]
        assert soon.attempts.get().result == outcome

    @pytest.mark.parametrize("hours", [-1, 30])
    def test_wants_a_moment_between_now_and_the_visit(self, operator, hours):
        now = cast.now()
        message = promise(state="failed", at=now, not_after=now + timedelta(days=1))

        answer = self.put_off(operator, message, "call_again", now + timedelta(hours=hours))

        assert answer.status_code == 409
        assert "かけ直す日時" in answer.content.decode()
        assert not message.attempts.exists()

    def test_wants_a_moment_at_all(self, operator):
        message = promise(state="failed", at=cast.now())

        answer = operator.post(f"/call-list/{message.pk}/result/", {"outcome": "call_again"})

        assert answer.status_code == 409
        assert state_of(message) == "failed"


class TestCallList:
    def test_shows_no_number_before_one_is_opened(self, operator):
        promise(state="failed", error_code="21610")

        page = operator.get("/call-list/").content.decode()

        assert "受信拒否の登録があります" in page
        assert "070" not in page
        assert MOBILE not in page

    def test_shows_number_and_words_of_one(self, operator):
        message = promise(state="needs_call", carrier="call", recipient="+81312345678")

        seen = operator.post(f"/call-list/{message.pk}/look/", {"purpose": "call"})

        page = seen.content.decode()
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
