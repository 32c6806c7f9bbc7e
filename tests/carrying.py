"""Carrying in tests: a carrier that answers, a sender set up on it, and messages to send."""

import uuid
from datetime import datetime, timedelta

import pytest

import simulator
from shared.calendar import TOKYO

SID = "AC" + "1" * 32
TOKEN = "dummy-token"
MOBILE = "+817099990001"
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=TOKYO)


@pytest.fixture(scope="session")
def answering():
    with simulator.running() as here:
        yield here


@pytest.fixture
def here(answering):
    """The simulators, empty, honest, and silent about what they deliver."""
    answering.carrier.reset()
    answering.mailroom.reset()
    answering.carrier.callback_origin = None
    answering.carrier.accounts = {SID: TOKEN}
    answering.carrier.usual = simulator.Behaviour(missing=("all",))
    return answering


@pytest.fixture
def carrier(here, settings):
    """The settings lead to the simulators."""
    settings.WAKU_CARRIER_URL = here.url
    settings.MAILERS = {
        "default": {"OPTIONS": {"host": "127.0.0.1", "port": here.mail_port, "timeout": 0.5}}
    }
    return here.carrier


def set_up_sender(**changes):
    from notifications import senders

    given = {
        "sms_account": SID,
        "sms_token": TOKEN,
        "sms_name": "Mihon",
        "mail_address": "waku@mihon.example",
    }
    row = senders.set_up(**given, by=None, at=NOON)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.fixture
def sender(served, carrier):
    """見本市's own account at the carrier, inside its transaction."""
    return set_up_sender()


def promise(**given):
    """A message in the outbox."""
    from notifications import outbox
    from notifications.models import Message

    at = given.pop("at", NOON)
    fields = {
        "id": uuid.uuid4(),
        "kind": "confirmed",
        "reference": uuid.uuid4(),
        "person_id": uuid.uuid4(),
        "carrier": "sms",
        "recipient": MOBILE,
        "body": f"【見本市】{uuid.uuid4().hex[:6]}",
        "not_before": at,
        "not_after": at + timedelta(days=14),
        "created_at": at,
        "changed_at": at,
    } | given
    return outbox.enqueue(Message(**fields))


def state_of(message):
    message.refresh_from_db()
    return message.state
