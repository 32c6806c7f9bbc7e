"""What people see while nobody is served: a move to another server, a crowd too large."""

import pytest
from django.test import Client
from django.utils import timezone

from tenancy import municipalities
from tenancy.directory.models import Municipality
from tenancy.entrances.shares import Shares
from tests.serving import look

pytestmark = pytest.mark.browser


@pytest.fixture
def stopped(live_municipalities):
    rows = Municipality.objects.using("owner").filter(code="999997")
    rows.update(stopped_at=timezone.now())
    municipalities.forget_kept()
    yield
    rows.update(stopped_at=None)
    municipalities.forget_kept()


@pytest.mark.parametrize("kind", ["resident", "staff"])
def test_the_stop_is_said_calmly(page, address, stopped, kind):
    answer = page.goto(address.url("/", kind=kind))

    assert answer.status == 503
    assert "受付を少しのあいだ止めています" in page.content()
    look(page, f"stopped-{kind}")


def test_the_stop_is_said_in_english(stopped):
    client = Client(headers={"host": "mihon.localhost", "accept-language": "en"})

    assert "We have paused for a few minutes" in client.get("/").content.decode()


def test_the_neighbour_goes_on(page, address, stopped):
    assert page.goto(address.url("/", kind="resident", label="tameshi")).status == 200


def test_a_crowd_is_told_calmly_to_come_again(page, address, monkeypatch):
    from config.asgi import http

    municipalities.find_by_host("mihon.localhost")
    layer = http
    while not isinstance(layer, Shares):
        layer = layer.application
    monkeypatch.setattr(layer.counter, "take", lambda *_, **__: False)
    answer = page.goto(address.url("/", kind="resident"))

    assert answer.status == 503
    assert "ただいま大変混み合っています" in page.content()
    look(page, "busy")
