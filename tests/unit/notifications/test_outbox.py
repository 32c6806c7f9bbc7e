import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from notifications import outbox
from notifications.models import Attempt, Message
from tests.carrying import NOON, promise, state_of


class TestSupersede:
    @pytest.mark.parametrize(
        "state", ["pending", "needs_call", "failed", "undelivered", "unknown", "suppressed"]
    )
    def test_withdraws_what_waits_and_what_a_person_would_telephone_about(self, served, state):
        message = promise(state=state)

        assert outbox.supersede(reference=message.reference, at=NOON) == 1
        assert state_of(message) == "superseded"
        assert not Message.objects.for_a_person().exists()

    @pytest.mark.parametrize("state", ["sending", "accepted", "sent", "delivered", "told"])
    def test_leaves_what_has_left(self, served, state):
        message = promise(state=state)

        assert outbox.supersede(reference=message.reference, at=NOON) == 0
        assert state_of(message) == state

    def test_leaves_other_reservations(self, served):
        message = promise()

        outbox.supersede(reference=uuid.uuid4(), at=NOON)

        assert state_of(message) == "pending"


class TestIsLate:
    @pytest.mark.parametrize(
        ("minutes", "kind", "state", "is_late"),
        [
            (5, "confirmed", "pending", True),
            (1, "confirmed", "pending", False),
            (90, "confirmed", "pending", False),  # it waits for the end of the quiet hours
            (5, "reminder", "pending", False),
            (5, "confirmed", "accepted", False),
        ],
    )
    def test_of_what_somebody_waits_for_now(self, served, minutes, kind, state, is_late):
        promise(at=NOON - timedelta(minutes=minutes), kind=kind, state=state)

        assert outbox.is_late(at=NOON) is is_late


class TestEnqueue:
    def test_keeps_a_promise_once(self, served):
        message = promise()

        with pytest.raises(IntegrityError, match="message_told_once"):
            promise(reference=message.reference)

    def test_seals_recipient_and_words(self, served):
        message = promise(body="秘密の文面")

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT recipient, body FROM notifications_message WHERE id = %s", [message.pk]
            )
            recipient, body = cursor.fetchone()
        assert message.recipient.encode() not in bytes(recipient)
        assert "秘密".encode() not in bytes(body)


class TestEnqueueAll:
    def again(self, former):
        fields = ("kind", "reference", "version", "carrier", "recipient", "body")
        moments = ("not_before", "not_after", "created_at", "changed_at")
        outbox.enqueue_all([Message(**{name: getattr(former, name) for name in fields + moments})])

    def test_promises_anew_what_was_withdrawn_unsent(self, served):
        message = promise()
        outbox.supersede(reference=message.reference, at=NOON)

        self.again(message)

        assert state_of(message) == "pending"

    @pytest.mark.parametrize("result", ["unknown", "accepted", "sending"])
    def test_leaves_to_a_person_what_may_have_gone(self, served, result):
        message = promise(state="unknown")
        Attempt.objects.create(
            message=message, number=1, carrier="sms", tried_at=NOON, result=result
        )
        outbox.supersede(reference=message.reference, at=NOON)

        self.again(message)

        assert state_of(message) == "needs_call"
