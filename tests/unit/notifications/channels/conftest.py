import pytest

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
    answering.carrier.accounts = {SID: TOKEN}
    return answering
