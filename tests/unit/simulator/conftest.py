import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

import simulator

SID = "AC" + "1" * 32
TOKEN = "dummy-token"


@pytest.fixture(scope="module")
def answering():
    with simulator.running() as here:
        yield here


@pytest.fixture
def here(answering):
    answering.carrier.reset()
    answering.mailroom.reset()
    answering.carrier.callback_origin = None
    answering.carrier.accounts = {SID: TOKEN}
    return answering


@pytest.fixture
def twilio(here):
    client = Client(SID, TOKEN, http_client=TwilioHttpClient(timeout=0.5))
    client.api.base_url = here.url
    yield client
    client.http_client.session.close()
