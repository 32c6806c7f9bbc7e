"""Python's own smtplib against our mail server."""

import asyncio
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import requests

from config.stage import certificates
from simulator import MailBehaviour
from simulator.carrier import Carrier
from simulator.mail import Mailroom
from simulator.running import answering

TO = "dummy@resident.example"


def send(here, *recipients, timeout=1):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "waku@mihon.example", TO, "予約のお知らせ"
    mail.set_content("7月1日 10時30分\n")
    with smtplib.SMTP("127.0.0.1", here.mail_port, timeout=timeout) as smtp:
        smtp.send_message(mail, to_addrs=recipients or (TO,))


def test_keeps_what_arrives(here):
    send(here)

    (mail,) = here.mailroom.held_for(TO)
    assert (mail.subject, mail.text) == ("予約のお知らせ", "7月1日 10時30分\n")
    assert mail.recipients == [TO]
    shown = requests.get(f"{here.url}/_control/mail", timeout=3).json()
    assert shown[0]["subject"] == "予約のお知らせ"
    assert "7月1日 10時30分" in requests.get(f"{here.url}/mail", timeout=3).text


def test_refuses_a_mailbox(here):
    here.mailroom.behave(TO, MailBehaviour(rcpt="550 5.1.1 no such mailbox"))

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(here)

    assert not here.mailroom.held


def test_asks_to_come_again(here):
    here.mailroom.behave(TO, MailBehaviour(data="451 4.3.0 try again later"))

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(here)

    assert refusal.value.smtp_code == 451
    assert not here.mailroom.held


def test_takes_a_mail_and_breaks_off(here):
    here.mailroom.behave(TO, MailBehaviour(close=True, keep=True))

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(here)

    assert len(here.mailroom.held_for(TO)) == 1


def test_hangs(here):
    here.mailroom.behave(TO, MailBehaviour(hang_seconds=1.0))

    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(here, timeout=0.2)

    assert not here.mailroom.held


class TestUnderTls:
    """As the stage runs it: mail is taken under STARTTLS only."""

    def test_mail_comes_in_encrypted_or_not_at_all(self, tmp_path):
        authority = certificates.make(tmp_path, ["localhost"], at=datetime.now(UTC))
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(tmp_path / "fullchain.pem", tmp_path / "privkey.pem")
        room = Mailroom()

        def speak(port):
            with smtplib.SMTP("localhost", port, timeout=30) as line:
                line.ehlo()
                refusal = line.mail("a@dummy.example")[0]
                line.starttls(context=ssl.create_default_context(cafile=authority))
                line.sendmail("a@dummy.example", ["b@dummy.example"], "Subject: x\r\n\r\ny")
                return refusal

        async def run():
            async with answering(carrier=Carrier(), mailroom=room, tls=tls) as here:
                return await asyncio.to_thread(speak, here.mail_port)

        assert asyncio.run(run()) == 530
        assert [one.subject for one in room.held] == ["x"]
