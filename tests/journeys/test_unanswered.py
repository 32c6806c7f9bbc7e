"""The database dies under a resident's press: a calm page, one more press, one reservation."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone
from playwright.sync_api import expect
from psycopg.errors import AdminShutdown, DiskFull

from booking import reservations
from booking.models import Reservation
from tenancy.current import current, serving
from tests import cast
from tests.serving import look, sign_in_browser
from tests.unit.booking.views.conftest import BORN_ON, Visitor

pytestmark = pytest.mark.browser


def lost(kind):
    """What Django raises when PostgreSQL answers with this."""
    raise OperationalError from kind()


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        hall, today = cast.venue(), timezone.localdate()
        yield [
            cast.slot(day=today + timedelta(days=days), venue_=hall)[1] for days in (14, 35)
        ]  # fmt: skip


@pytest.fixture
def before_the_last_press(page, address, town):
    """A browser on the confirm page."""
    visitor = Visitor()
    visitor.sign_in(cast.resident(born_on=BORN_ON))
    visitor.choose(1, town[0])
    visitor.choose(2, town[1])
    visitor.leave_contact()
    home = address.url("/", kind="resident")
    page.context.add_cookies(
        [
            {"name": name, "value": one.value, "url": home.replace("http:", "https:"), "secure": True}
            for name, one in visitor.client.cookies.items()
            if name == settings.SESSION_COOKIE_NAME
        ]
    )  # fmt: skip
    page.goto(f"{home}confirm/")
    return page


def test_a_resident_presses_again(before_the_last_press, monkeypatch):
    page, whole, deaths = before_the_last_press, reservations.claim, []

    def dies_once_it_is_done(**given):
        made = whole(**given)
        if not deaths:
            deaths.append(1)
            connections[current().database].close()
            lost(AdminShutdown)
        return made

    monkeypatch.setattr(reservations, "claim", dies_once_it_is_done)
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.locator("h1")).to_have_text("受付を確かめています")
    expect(page.locator("main")).to_contain_text("二重にはなりません")
    look(page, "unanswered-sent")
    first = set(Reservation.objects.values_list("reservation_number", flat=True))

    page.get_by_role("button", name="もう一度送る").press("Enter")
    expect(page.locator("main")).to_contain_text(first.pop())
    assert Reservation.objects.count() == 2


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_page_that_did_not_come_is_opened_again(
    browser, address, live_municipalities, monkeypatch, language
):
    """On both hosts; nobody is signed out by it."""
    with serving(live_municipalities.mihon):
        supervisor = cast.staff("supervisor")
        context = browser.new_context(locale=f"{language}-JP")
        page = sign_in_browser(context.new_page(), address, supervisor)
    for kind, path, door in (
        ("resident", "/?from=poster", "booking.views.start.page"),
        ("staff", "/console/board/", "callcentre.views.board.render"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(door, lambda *_given, **_facts: lost(DiskFull))
            page.goto(address.url(path, kind=kind))
            words = {"ja": "つながりにくくなっています", "en": "cannot answer just now"}[language]
            expect(page.locator("h1")).to_contain_text(words)
            look(page, f"unanswered-{kind}-{language}")
        again = page.get_by_role("link", name={"ja": "もう一度開く", "en": "Open again"}[language])
        assert again.get_attribute("href") == path
        again.press("Enter")
        expect(page.locator("h1")).not_to_contain_text(words)
    context.close()
