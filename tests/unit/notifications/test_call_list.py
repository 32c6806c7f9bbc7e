import pytest

from notifications import call_list
from notifications.models import Message
from privacy.models import AccessEntry
from tests import cast
from tests.carrying import NOON, promise, state_of


@pytest.fixture
def operator(served):
    return cast.staff("operator")


class TestResolve:
    @pytest.mark.parametrize("outcome", ["told", "not_needed"])
    def test_settles_what_was_told(self, operator, outcome):
        message = promise(state="failed")

        call_list.resolve(message=message, outcome=outcome, by=operator, at=NOON)

        assert state_of(message) == "told"
        assert (message.resolved_by, message.resolved_at) == (operator, NOON)
        assert not Message.objects.for_a_person().exists()
        assert message.attempts.get().done_by == operator

    @pytest.mark.parametrize("outcome", ["no_answer", "wrong_number"])
    def test_leaves_on_the_list_whom_nobody_reached(self, operator, outcome):
        message = promise(carrier="call", state="needs_call")

        for _ in range(2):
            call_list.resolve(message=message, outcome=outcome, by=operator, at=NOON)

        assert state_of(message) == "needs_call"
        assert [attempt.number for attempt in call_list.tries(message)] == [2, 1]

    def test_refuses_what_somebody_else_has_settled(self, operator):
        message = promise(state="failed")
        call_list.resolve(message=message, outcome="told", by=operator, at=NOON)

        with pytest.raises(call_list.AlreadySettled):
            call_list.resolve(message=message, outcome="told", by=operator, at=NOON)

    def test_refuses_what_arrived_meanwhile(self, operator):
        message = promise(state="delivered")

        with pytest.raises(call_list.AlreadySettled):
            call_list.resolve(message=message, outcome="told", by=operator, at=NOON)

    def test_of_an_unknown_outcome_is_a_fault(self, operator):
        with pytest.raises(ValueError, match="perhaps"):
            call_list.resolve(message=promise(), outcome="perhaps", by=operator, at=NOON)


class TestTheList:
    def test_holds_everything_that_nobody_was_told(self, served):
        for state in ("pending", "sending", "accepted", "sent", "delivered", "told", "superseded"):
            promise(state=state)
        held = [
            promise(state=state)
            for state in ("needs_call", "failed", "undelivered", "unknown", "suppressed")
        ]

        assert set(call_list.waiting(at=NOON)) == set(held)
        assert call_list.count() == 5

    def test_never_shows_a_one_time_code(self, operator):
        message = promise(kind="code", state="unknown", body="確認コードは123456です。")

        assert not call_list.waiting(at=NOON).exists()
        assert not call_list.is_waiting(message)
        with pytest.raises(call_list.UnknownMessage):
            call_list.open_one(message_id=message.pk, by=operator, at=NOON)

    def test_records_who_looked_at_whose_number(self, operator):
        message = promise(state="failed")

        call_list.open_one(message_id=message.pk, by=operator, at=NOON)

        entry = AccessEntry.objects.latest("id")
        assert (entry.staff_id, entry.resident_id) == (operator.pk, message.person_id)
