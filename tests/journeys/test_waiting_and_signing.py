"""The pages of the waiting list on a telephone, and of rules and signatures at a desk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from booking import reservations, waiting_list
from booking.contacts import Contact
from booking.waiting_list import WaitingWish
from notifications.models import Message
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser
from tests.unit.booking.waiting_list.conftest import booked
from venues.models import Opening

pytestmark = pytest.mark.browser
HERE = {"kind": "resident"}


@pytest.fixture
def offer(live_municipalities):
    """A link in the hands of somebody who waits, and somebody who does not yet."""
    at = timezone.now()
    with serving(live_municipalities.mihon):
        cast.everybody_may_book(at - timedelta(days=1))
        hall = cast.venue(name="見本市民会館")
        web = cast.slot(day=localdate() + timedelta(days=14), web=1, phone=0, venue_=hall)[1]
        held = booked(web, at=at)
        wish = WaitingWish(1, (), localdate(), localdate() + timedelta(days=60), 1, "written")
        waiting_list.join(
            resident_id=cast.resident().pk, wish=wish, contact=Contact(phone="+817099990002"),
            by=None, at=at,
        )  # fmt: skip
        reservations.cancel(reservation=held, channel="web", by=None, at=at)
        link = re.search(r"/w/[\w-]+", Message.objects.get(kind="offered").body)[0]
        return link, cast.resident()


def test_somebody_joins_and_somebody_answers(page, address, offer):
    link, person = offer
    page.goto(address.url("/sign-in/?wait=1", **HERE))
    page.locator("[name=voucher]").fill(person.voucher_number_for_test)
    page.locator("[name=born_on_year]").fill("1950")
    page.locator("[name=born_on_month]").fill("4")
    page.locator("[name=born_on_day]").fill("1")
    page.locator("label", has=page.locator("[value=西暦]")).click()
    page.locator("main form button").last.click()
    page.wait_for_url("**/waiting/1/")
    look(page, "waiting-form")
    page.locator("[name=phone]").fill("070-9999-0003")
    page.get_by_role("button", name="登録する").click()
    page.wait_for_url("**/waiting/")
    look(page, "waiting-entry")
    page.goto(address.url(link, **HERE))
    look(page, "offer")
    page.get_by_role("button", name="English").click()
    look(page, "offer-en")
    page.goto(address.url("/w/" + "A" * 22, **HERE))
    look(page, "offer-forged")


def test_an_officer_signs_and_sets_rules(page, address, live_municipalities):
    with serving(live_municipalities.mihon):
        cast.slot(day=localdate() + timedelta(days=14))
        opening = Opening.objects.get()
        sign_in_browser(page, address, cast.staff("ward_officer"))

    for name, path in (
        ("opening", f"/venues/openings/{opening.pk}/"),
        ("allowances", f"/venues/openings/{opening.pk}/allowances/"),
        ("release-rules", "/venues/release-rules/"),
        ("counts", "/counts/"),
    ):
        assert page.goto(address.url(path)).status == 200
        look(page, name)
    page.get_by_role("button", name="English").click()
    page.goto(address.url("/venues/release-rules/"))
    look(page, "release-rules-en")
