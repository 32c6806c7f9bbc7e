import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.channels import Answer, Dispatch, Outcome
from notifications.channels.mail import Mail, MailAccount
from simulator import MailBehaviour

TO = "dummy@resident.example"


def dispatch(to=TO, subject="予約を受け付けました", body="7月1日(水)10:30"):
    return Dispatch(attempt_id=uuid.uuid4(), recipient=to, subject=subject, body=body)


@pytest.fixture
def channel(here, settings):
    settings.MAILERS = {
        "default": {"OPTIONS": {"host": "127.0.0.1", "port": here.mail_port, "timeout": 0.5}}
    }
    opened = Mail(MailAccount("見本市 予約 <waku@mihon.example>"))
    yield opened
    opened.close()


class TestSending:
    def test_reaches_one_mailbox_with_the_words(self, channel, here):
        one = dispatch()

        outcome = channel.send(one)

        (mail,) = here.mailroom.held
        headers = dict(mail.headers)
        assert outcome == Outcome(Answer.ACCEPTED, provider_id=str(one.attempt_id))
        assert (mail.recipients, mail.subject) == ([TO], one.subject)
        assert mail.text.strip() == one.body
        assert headers["To"] == TO
        assert headers["Message-ID"] == f"<{one.attempt_id}@mihon.example>"
        assert not {"Cc", "Bcc"} & set(headers)

    @pytest.mark.parametrize(
        ("behaviour", "answer", "code", "kept"),
        [
            (MailBehaviour(rcpt="550 5.1.1 no such mailbox"), Answer.REFUSED, "550", 0),
            (MailBehaviour(rcpt="450 4.2.1 busy"), Answer.LATER, "450", 0),
            (MailBehaviour(data="451 4.3.0 later"), Answer.LATER, "451", 0),
            (MailBehaviour(data="554 5.7.1 spam"), Answer.REFUSED, "554", 0),
            (MailBehaviour(hang_seconds=1.0), Answer.UNKNOWN, "broken", 0),
            (MailBehaviour(hang_seconds=1.0, keep=True), Answer.UNKNOWN, "broken", 1),
            (MailBehaviour(close=True, keep=True), Answer.UNKNOWN, "broken", 1),
            (MailBehaviour(close=True), Answer.UNKNOWN, "broken", 0),
        ],
    )
    def test_says_only_what_it_knows(self, channel, here, behaviour, answer, code, kept):
        here.mailroom.behave(TO, behaviour)

        outcome = channel.send(dispatch())

        assert outcome == Outcome(answer, error_code=code)
        assert len(here.mailroom.held_for(TO)) == kept

    def test_goes_on_after_a_refusal_and_after_a_break(self, channel, here):
        here.mailroom.behave("bad@resident.example", MailBehaviour(rcpt="550 5.1.1 no"))
        here.mailroom.behave("odd@resident.example", MailBehaviour(close=True))

        answers = [
            channel.send(dispatch(to=to)).answer
            for to in (TO, "bad@resident.example", TO, "odd@resident.example", TO)
        ]

        assert answers == ["accepted", "refused", "accepted", "unknown", "accepted"]
        assert len(here.mailroom.held) == 3

    def test_may_come_again_when_nobody_listens(self, channel, here, settings):
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 1}}}

        assert Mail(MailAccount("waku@mihon.example")).send(dispatch()) == Outcome(
            Answer.LATER, error_code="connect"
        )

    @pytest.mark.parametrize(
        "address",
        [
            "a@example.jp, b@example.jp",
            "a@example.jp;b@example.jp",
            "A <a@example.jp>",
            "a@example.jp\nBcc: b@example.jp",
            "a@example.jp\r\nBcc: b@example.jp",
            "",
            "nobody",
        ],
    )
    def test_refuses_all_but_one_plain_address(self, channel, here, address):
        assert channel.send(dispatch(to=address)) == Outcome(Answer.REFUSED, error_code="address")
        assert not here.mailroom.held

    @pytest.mark.parametrize("subject", ["件名\nBcc: b@example.jp", "件名\rX: 1"])
    def test_refuses_a_second_line_in_the_subject(self, channel, here, subject):
        assert channel.send(dispatch(subject=subject)).answer is Answer.REFUSED
        assert not here.mailroom.held

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(subject=st.text(max_size=60), name=st.text(max_size=20), body=st.text(max_size=80))
    def test_never_has_a_second_recipient_or_a_strange_header(
        self, channel, here, subject, name, body
    ):
        here.mailroom.reset()

        channel.send(dispatch(to=f"{name}@resident.example", subject=subject, body=body))

        known = {
            "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding",
        }  # fmt: skip
        for mail in here.mailroom.held:
            assert len(mail.recipients) == 1
            assert {header for header, _ in mail.headers} <= known
