"""The carriers' doors under junk (T17, R22): whatever comes, no fault; without the carrier's own
signature nothing moves, and with it only what names a message of ours in words that we know.
"""

import uuid
from urllib.parse import urlencode

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notifications.models import Message, Receipt
from simulator.telling import signature
from tenancy.current import municipality_atomic
from tests import carrying
from tests.carrying import SID, TOKEN
from tests.house.doors import addresses
from tests.serving import desk
from tests.unit.notifications.views.test_receipts import FORM, PROVIDER_ID, said

WORDS = [
    "", " ", "\x00", "delivered", "DELIVERED", "sent\x00", "failed", "read", "9" * 400, "-1", "٣",
    "<x-x>", "'; DROP TABLE notifications_message; --", "\u202e", "SM" + "g" * 32, PROVIDER_ID,
    "SM" + "A" * 32, "../..", "null", "[]", "😀" * 50, "%00", "\r\nX: y",
]  # fmt: skip
JUNK = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec="utf-8"), max_size=40))
NAMES = ["MessageSid", "MessageStatus", "SmsSid", "ErrorCode", "RawDlrDoneDate", "To", "From", "Body", ""]  # fmt: skip
KNOWN = {"queued", "sent", "delivered", "undelivered", "failed", "read", "accepted", "sending"}
fuzzing = settings(
    max_examples=80, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def message(sender):
    return carrying.promise(state="unknown", provider_id=PROVIDER_ID)


def rows():
    return Receipt.objects.count(), list(Message.objects.values_list("pk", "state", "provider_id"))


def undone(send):
    """The answer, and the rows as it left them; then every trace is taken back."""
    with municipality_atomic():
        answer = send()
        left = rows()
        transaction.set_rollback(True, using="default")
    return answer.status_code, left


class TestSigned:
    def test_junk_is_answered_and_moves_nothing(self, message):
        client, before = desk(None, kind="hooks"), rows()

        @given(
            changed=st.dictionaries(st.sampled_from(NAMES), JUNK, min_size=1),
            attempt=st.one_of(st.none(), JUNK),
        )
        @example(changed={"MessageSid": PROVIDER_ID, "MessageStatus": "no_such_word"}, attempt="x")
        @fuzzing
        def bears(changed, attempt):
            form = said() | changed
            query = "" if attempt is None else "?" + urlencode({"attempt": attempt})
            url = f"http://hooks.mihon.localhost/receipts/sms/{query}"
            headers = {"X-Twilio-Signature": signature(token=TOKEN, url=url, form=form)}
            path, body = f"/receipts/sms/{query}", urlencode(form)
            status, left = undone(
                lambda: client.post(path, body, content_type=FORM, headers=headers)
            )
            assert status == 200
            if form["MessageSid"] != PROVIDER_ID or form["MessageStatus"] not in KNOWN:
                assert left[1] == before[1]

        bears()

    def test_a_field_that_comes_twice_is_one_word(self, message):
        body = urlencode([*said("sent").items(), ("MessageStatus", "delivered")])
        url = "http://hooks.mihon.localhost/receipts/sms/"
        headers = {"X-Twilio-Signature": signature(token=TOKEN, url=url, form=said("delivered"))}
        answer = desk(None, kind="hooks").post("/receipts/sms/", body, content_type=FORM, headers=headers)  # fmt: skip

        assert answer.status_code == 403
        assert not Receipt.objects.exists()


class TestUnsigned:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])  # fmt: skip
    def test_bodies_of_any_kind_are_refused(self, message, method):
        client, before, wrong = desk(None, kind="hooks"), rows(), []
        bodies = [
            (b"", ""), (b"\xff\xfe\x00=\x80", FORM), (urlencode(said()).encode(), FORM), (b'{"MessageSid": []}', "application/json"),
            (b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"x" * 17_000, FORM),
            (b"&".join(b"f%d=1" % n for n in range(2000)), FORM), (b"[" * 9000, "text/plain"),
        ]  # fmt: skip
        for door in addresses("hooks"):
            for body, kind in bodies:
                for mark in ("", "x", "あ".encode().decode("latin-1"), SID):
                    headers = {"X-Twilio-Signature": mark, "X-Forwarded-Host": "evil.example"}
                    path = f"{door.path}?attempt={uuid.uuid4()}"
                    answer = client.generic(method, path, body, content_type=kind, headers=headers)
                    if answer.status_code >= 500 or (
                        method == "POST" and answer.status_code == 200
                    ):
                        wrong.append((str(door), method, body[:20], answer.status_code))

        assert wrong == []
        assert rows() == before
