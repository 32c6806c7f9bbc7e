"""The ward's mailbox hears of each file with people that left, and of nobody in it."""

from datetime import date, timedelta

import pytest

from exchange import fetch_mails, rosters
from exchange.models import ParcelEvent
from privacy.models import Lookout
from tests import cast

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def fetched(officers):
    """A roster in the hands of the second officer."""
    parcel = rosters.ask(day=date(2026, 6, 15), purpose="visit_day", by=officers[0], at=cast.NOW)
    rosters.build(parcel_id=parcel.pk, at=cast.NOW)
    return rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)[0]


@pytest.fixture
def sent(monkeypatch):
    """What the mail server took."""
    Lookout.objects.update_or_create(pk=1, defaults={"mailbox": "ward@example.jp"})
    taken = []
    monkeypatch.setattr("notifications.ward_mail.send", lambda *told: taken.append(told) or "")
    return taken


def test_the_ward_is_told_once_of_each_fetch(sent, fetched, officers):
    assert fetch_mails.tell_due(at=cast.NOW) == 1
    assert fetch_mails.tell_due(at=cast.NOW) == 0
    ((mailbox, subject, body),) = sent

    assert mailbox == "ward@example.jp"
    assert fetched.number in subject
    assert fetched.sha256 in body
    assert str(fetched.password) not in subject + body
    assert all(officer.display_name not in body for officer in officers)


def test_what_no_server_took_is_told_later(sent, fetched, monkeypatch):
    with monkeypatch.context() as down:
        down.setattr("notifications.ward_mail.send", lambda *_: "connect")
        assert fetch_mails.tell_due(at=cast.NOW) == 0
    assert not ParcelEvent.objects.filter(what="ward_told").exists()
    assert fetch_mails.tell_due(at=cast.NOW + timedelta(minutes=1)) == 1
    assert fetched.number in sent[0][1]


@pytest.mark.usefixtures("fetched")
def test_without_a_mailbox_nothing_is_sent():
    assert fetch_mails.tell_due(at=cast.NOW) == 0
