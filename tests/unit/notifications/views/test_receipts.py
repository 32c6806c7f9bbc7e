"""Whoever is not the carrier changes nothing; the carrier changes each thing once."""

import uuid
from urllib.parse import urlencode

import pytest

from notifications.models import Message, Receipt
from simulator.telling import signature
from tests.carrying import NOON, SID, TOKEN, promise, set_up_sender, state_of
from tests.serving import desk

FORM = "application/x-www-form-urlencoded"
PROVIDER_ID = "SM" + "a" * 32


@pytest.fixture
def attempt(sender, carrier):
    """A message whose answer was lost: accepted, and we do not know it."""
    from notifications import deliveries
    from simulator import Behaviour, Creation

    carrier.usual = Behaviour(
        creation=Creation.UNAVAILABLE_AFTER_ACCEPT, missing=("all",), statuses=()
    )
    promise()
    deliveries.deliver_due(at=NOON)
    return Message.objects.get().attempts.get()


def said(status="delivered", **more):
    return {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "From": "Mihon",
        "MessageSid": PROVIDER_ID,
        "MessageStatus": status,
        "SmsSid": PROVIDER_ID,
        "SmsStatus": status,
        "To": "+817099990001",
    } | more


def call(form, *, attempt=None, token=TOKEN, label="mihon", signed="hooks.mihon.localhost", **more):
    query = f"?attempt={attempt.pk if hasattr(attempt, 'pk') else attempt}" if attempt else ""
    address = f"http://{signed}/receipts/sms/{query}"
    headers = {"X-Twilio-Signature": signature(token=token, url=address, form=form)}
    if "headers" in more:
        headers = more["headers"]
    return desk(None, kind="hooks", label=label).post(
        f"/receipts/sms/{query}", urlencode(form), content_type=FORM, headers=headers
    )


class TestTheCarrier:
    def test_is_believed_and_answered_with_nothing(self, attempt):
        answer = call(said(), attempt=attempt)

        assert (answer.status_code, answer.content) == (200, b"")
        assert state_of(attempt.message) == "delivered"
        assert attempt.message.provider_id == PROVIDER_ID

    def test_may_say_fields_we_do_not_know_and_empty_ones(self, attempt):
        answer = call(
            said(NewField="新しい", Empty="", RawDlrDoneDate="2606011203"), attempt=attempt
        )

        assert answer.status_code == 200
        assert Receipt.objects.get().done_date == "2606011203"

    def test_is_heard_once_however_often_it_says_the_same(self, attempt):
        answers = [call(said(), attempt=attempt).status_code for _ in range(3)]

        assert answers == [200] * 3
        assert Receipt.objects.count() == 1

    @pytest.mark.parametrize(
        "order", [["delivered", "sent", "queued"], ["sent", "delivered", "sent", "failed"]]
    )
    def test_cannot_take_back_a_delivery(self, attempt, order):
        for status in order:
            call(said(status), attempt=attempt)

        assert state_of(attempt.message) == "delivered"

    def test_puts_what_did_not_arrive_on_the_persons_list(self, attempt):
        call(said("sent"), attempt=attempt)
        call(said("undelivered", ErrorCode="30003"), attempt=attempt)
        call(said("undelivered"), attempt=attempt)

        assert state_of(attempt.message) == "undelivered"
        assert attempt.message.error_code == "30003"
        assert list(Message.objects.for_a_person()) == [attempt.message]

    def test_is_heard_about_what_we_do_not_know(self, sender, carrier):
        answer = call(said(), attempt=uuid.uuid4())

        assert (answer.status_code, answer.content) == (200, b"")
        assert Receipt.objects.get().provider_id == PROVIDER_ID

    def test_without_a_message_is_heard_and_kept_out(self, sender, carrier):
        answers = [call(said(MessageSid=bad)).status_code for bad in ("", "x" * 400, "SM12")]

        assert answers == [200] * 3
        assert not Receipt.objects.exists()

    def test_may_name_the_port_or_not(self, attempt):
        assert call(said(), attempt=attempt, signed="hooks.mihon.localhost:80").status_code == 200


class TestAForger:
    def refused(self, answer):
        assert (answer.status_code, answer.content) == (403, b"")
        assert not Receipt.objects.exists()
        assert state_of(Message.objects.get()) == "unknown"

    def test_without_a_signature_is_refused(self, attempt):
        self.refused(call(said(), attempt=attempt, headers={}))

    @pytest.mark.parametrize("wrong", ["", "x", "=" * 28, "あ", "a" * 5000])
    def test_with_a_made_up_signature_is_refused(self, attempt, wrong):
        headers = {"X-Twilio-Signature": wrong.encode().decode("latin-1")}

        self.refused(call(said(), attempt=attempt, headers=headers))

    def test_with_another_accounts_token_is_refused(self, attempt):
        self.refused(call(said(), attempt=attempt, token="another sub-account's"))

    def test_with_another_account_is_refused(self, attempt):
        self.refused(call(said(AccountSid="AC" + "2" * 32), attempt=attempt))

    @pytest.mark.parametrize(
        "signed", ["evil.example", "hooks.tameshi.localhost", "mihon.localhost"]
    )
    def test_with_the_carriers_signature_for_another_address_is_refused(self, attempt, signed):
        self.refused(call(said(), attempt=attempt, signed=signed))

    def test_with_one_field_changed_is_refused(self, attempt):
        address = f"http://hooks.mihon.localhost/receipts/sms/?attempt={attempt.pk}"
        headers = {
            "X-Twilio-Signature": signature(token=TOKEN, url=address, form=said("sent")),
        }

        self.refused(call(said("delivered"), attempt=attempt, headers=headers))

    def test_with_another_attempt_in_the_address_is_refused(self, attempt):
        address = f"http://hooks.mihon.localhost/receipts/sms/?attempt={uuid.uuid4()}"
        headers = {"X-Twilio-Signature": signature(token=TOKEN, url=address, form=said())}

        self.refused(call(said(), attempt=attempt, headers=headers))

    def test_with_the_empty_token_is_refused_while_none_is_set(self, attempt):
        set_up_sender(sms_token=None)

        self.refused(call(said(), attempt=attempt, token=""))

    def test_with_too_much_is_refused_before_it_is_read(self, attempt):
        assert call(said(Padding="x" * 17_000), attempt=attempt).status_code == 413

    def test_cannot_reach_the_door_on_another_host(self, attempt):
        answer = desk(None, kind="resident").post("/receipts/sms/", said())

        assert answer.status_code == 404
        assert desk(None, kind="hooks").get("/receipts/sms/").status_code == 405


def test_a_signed_callback_moves_nothing_in_another_municipality(attempt, tameshi):
    """Both towns have the same account here: the host alone decides whose data it is."""
    from tenancy.current import serving

    with serving(tameshi):
        set_up_sender()
    answer = call(said(), attempt=attempt, label="tameshi", signed="hooks.tameshi.localhost")

    assert answer.status_code == 200
    assert state_of(attempt.message) == "unknown"
    assert not Receipt.objects.exists()
    with serving(tameshi):
        assert Receipt.objects.count() == 1
