"""Calls we make ourselves: for what could not be sent, and back to the number on record."""

import pytest

from callcentre import call_backs, calls, outbound
from callcentre.models import Call, CallNote
from notifications import call_list
from notifications.models import Message
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW
from tests.serving import desk


@pytest.fixture
def message(taro):
    """A confirmation that failed: somebody must telephone."""
    cast.everybody_may_book()
    cast.reservation(taro)
    Message.objects.update(state="failed")
    return Message.objects.get()


class TestStartFor:
    def test_names_the_resident_and_the_number_to_dial(self, message, operator, taro):
        call = outbound.start_for(message_id=message.pk, by=operator, at=NOW)

        assert (call.direction, call.caller_number) == ("outbound", "+819099990001")
        party = call.parties.get()
        assert (party.resident_id, party.identity) == (taro.pk, "asking")
        assert AccessEntry.objects.filter(what="call_list", resident_id=taro.pk).exists()

    def test_settles_the_message_with_the_note(self, message, operator):
        console = desk(operator)
        page = console.get("/console/").content.decode()
        assert "電話で伝える連絡" in page
        assert "太郎" not in page

        page = console.post(
            f"/console/calls/outbound/{message.pk}/", follow=True
        ).content.decode()  # fmt: skip
        assert "お伝えすること" in page
        assert message.body not in page
        console.post("/console/calls/wrap-up/")
        note = {"reason": "told", "outcome": "answered"}
        assert console.post("/console/calls/end/", note).status_code == 422
        # Both forms have a field of this name: what came of telling is asked for apart.
        console.post("/console/calls/end/", note | {"told-outcome": "told"})

        assert call_list.count() == 0
        assert Call.objects.get().state == "ended"

    def test_a_message_settled_meanwhile_does_not_hold_the_call(self, message, operator):
        call = outbound.start_for(message_id=message.pk, by=operator, at=NOW)
        call_list.resolve(message=message, outcome="told", by=operator, at=NOW)

        assert outbound.told(call=call, outcome="told", by=operator, at=NOW) is None

    def test_an_unknown_message_is_not_found(self, operator):
        answer = desk(operator).post(f"/console/calls/outbound/{operator.pk}/")

        assert answer.status_code == 404


class TestRingBack:
    def test_ends_this_call_and_starts_the_next(self, call, taro, bring, operator):
        party = bring(call, taro, passed=False)

        back = call_backs.ring_back(party=party, by=operator, at=NOW)

        assert (back.follows, back.direction) == (call, "outbound")
        assert CallNote.objects.get().outcome == "call_back"
        assert AccessEntry.objects.get(what="call_back_number").call_id == back.pk
        assert calls.open_of(operator) == back

    def test_needs_a_number_on_record(self, call, taro, bring, operator):
        taro.phone = None
        taro.save()

        with pytest.raises(call_backs.NoNumberOnRecord):
            call_backs.ring_back(party=bring(call, taro, passed=False), by=operator, at=NOW)
        assert calls.open_of(operator) == call


def test_signing_out_leaves_the_desk(operator):
    from callcentre import desk_states

    desk_states.enter(state="ready", by=operator, at=NOW)

    desk(operator).logout()

    assert desk_states.now_of(operator) is None


def test_the_notice_is_read_on_our_own_calls_too(message, operator, taro):
    console = desk(operator)
    console.post(f"/console/calls/outbound/{message.pk}/")
    party = Call.objects.get().parties.get()
    path = f"/console/parties/{party.pk}/answer/"
    answers = {"name": "見本太郎", "born_on": "S25.4.1", "voucher": "9990123456"}

    assert console.post(path, answers).status_code == 422
    page = console.post(path, answers | {"notice_read": "on"}, follow=True).content.decode()

    assert "見本　太郎" in page
    assert message.body.splitlines()[0] in page
    assert Call.objects.get().notice_version == 1
