"""Python's own smtplib against our mail server."""

import smtplib
from email.message import EmailMessage

import pytest
import requests

from simulator import MailBehaviour

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
