"""Somebody hears of a broken chain, of a chainer that stands still and of a lost second place."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from privacy import access_log, anchor_lines, chain_links, log_anchors, lookouts, tasks
from privacy.models import Alert, LogCheck, UnlinkedEntry
from simulator import MailBehaviour
from tenancy.current import current, serving
from tests import carrying, cast
from tests.cast import NOW
from tests.unit.privacy.test_verifying import attacker, edit, write

K = Alert.Kind
answering, here, carrier, sender = (
    carrying.answering, carrying.here, carrying.carrier, carrying.sender,
)  # fmt: skip


@pytest.fixture
def mails(served, monkeypatch):
    """What goes to the ward."""
    sent = []

    def send(mailbox, subject, body):
        sent.append((mailbox, subject, body))
        return ""

    monkeypatch.setattr("notifications.ward_mail.send", send)
    return sent


def wish(**values):
    lookouts.change(
        values={"mailbox": "hoken@ward.example", **values}, reason="試験",
        by=cast.staff("ward_officer"), at=NOW,
    )  # fmt: skip


class TestTheNightlyVerification:
    def test_leaves_a_fact_that_all_is_well(self, served):
        write(3)

        assert lookouts.verify(at=NOW + timedelta(hours=1)).is_whole
        assert (lookouts.newest_check().findings, lookouts.newest_check().entries) == (0, 3)
        assert not Alert.objects.exists()

    def test_raises_what_it_finds(self, live_municipalities):
        with serving(live_municipalities.mihon):
            write(9)
        with attacker(live_municipalities) as connection:
            edit(connection)

        with serving(live_municipalities.mihon):
            lookouts.verify(at=NOW + timedelta(hours=1))
            (alert,) = Alert.objects.all()

        assert (alert.kind, alert.count, alert.note) == (K.CHAIN, 1, "changed")

    def test_is_a_task(self, served):
        tasks.verify_log(municipality_code=current().code)

        assert LogCheck.objects.count() == 1


class TestThePulse:
    @pytest.fixture
    def noted(self, served):
        access_log.record(what="intake", by=None, at=NOW)  # begun months ago by the lines' clock
        return UnlinkedEntry.objects.get().noted_at

    def test_of_a_chainer_that_works_is_no_matter(self, noted):
        assert lookouts.feel_pulse(at=noted + timedelta(seconds=20)) is None
        chain_links.append(at=noted)
        assert lookouts.feel_pulse(at=noted + timedelta(hours=20)) is None

    def test_that_stops_raises_an_alert(self, noted):
        alert = lookouts.feel_pulse(at=noted + timedelta(minutes=3))

        assert (alert.kind, alert.count) == (K.CHAINER, 1)


class TestTheMailbox:
    def test_is_told_heads_only_where_the_ward_wishes_it(self, mails):
        write(3)
        assert log_anchors.tell_due(at=NOW + timedelta(minutes=5)) == []
        wish(heads_by_mail=True)

        (told,) = log_anchors.tell_due(at=NOW + timedelta(minutes=5))

        assert (told.place, told.succeeded) == ("mail", True)
        ((mailbox, _subject, body),) = mails
        assert mailbox == "hoken@ward.example"
        (read,) = anchor_lines.found_in(body, municipality_code=current().code)
        assert read.head == bytes(chain_links.newest().head)

    def test_that_cannot_be_reached_raises_an_alert(self, mails, monkeypatch):
        monkeypatch.setattr("notifications.ward_mail.send", lambda *_: "connect")
        wish(heads_by_mail=True)
        write(3)

        (told,) = log_anchors.tell_due(at=NOW + timedelta(minutes=5))

        assert (told.succeeded, told.error_code) == (False, "connect")
        (alert,) = Alert.objects.all()
        assert (alert.kind, alert.subject, alert.note) == (K.ANCHOR, "mail", "connect")

    def test_that_is_no_address_is_refused(self, served):
        with pytest.raises(ValidationError):
            wish(mailbox="two@ward.example, other@elsewhere.example")

    def test_without_a_mail_account_is_a_failure_that_is_told(self, served):
        wish(heads_by_mail=True)
        write(3)

        (told,) = log_anchors.tell_due(at=NOW + timedelta(minutes=5))

        assert told.error_code == "no_sender"

    def test_gets_the_head_through_a_real_mail_server(self, sender, here):
        wish(heads_by_mail=True)
        write(3)

        (told,) = log_anchors.tell_due(at=NOW + timedelta(minutes=5))

        assert told.succeeded, told.error_code
        (mail,) = here.mailroom.held_for("hoken@ward.example")
        (read,) = anchor_lines.found_in(mail.text, municipality_code=current().code)
        assert (read.number, read.head) == (1, bytes(chain_links.newest().head))

    def test_that_refuses_is_told_with_the_servers_number(self, sender, here):
        here.mailroom.behave("hoken@ward.example", MailBehaviour(rcpt="550 5.1.1 no such mailbox"))
        wish(heads_by_mail=True)
        write(3)

        (told,) = log_anchors.tell_due(at=NOW + timedelta(minutes=5))

        assert (told.succeeded, told.error_code) == (False, "550")
