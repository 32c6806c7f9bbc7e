"""A ward officer goes through the bookings of people who moved or died."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Reservation, Resident
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


def test_an_officer_keeps_one_and_cancels_another(live_municipalities, page, address):
    now, mihon = timezone.now(), live_municipalities.mihon
    with serving(mihon):
        cast.everybody_may_book(now - timedelta(days=1))
        hall = cast.venue(name="見本会館")
        first, second = (
            cast.slot(day=timezone.localdate() + timedelta(days=days), venue_=hall)[1]
            for days in (14, 35)
        )
        for name, flag in (("見本　太郎", "1"), ("見本　花子", "2")):
            who = cast.resident(name=name)
            cast.reservation(who, bucket=first, at=now)
            cast.reservation(who, bucket=second, dose_number=2, at=now)
            Resident.objects.filter(pk=who.pk).update(status_flag=flag)
        sign_in_browser(page, address, cast.staff("ward_officer"))

    page.goto(address.url("/to-decide/"))
    look(page, "to-decide")
    card = page.locator("article", has_text="見本 花子")
    card.get_by_role("button", name="この予約を取り消す").first.click()
    page.get_by_role("dialog").get_by_role("button", name="この予約を取り消す").click()
    page.get_by_text("予約を取り消しました。").wait_for()
    page.locator("article", has_text="見本 太郎").get_by_role(
        "button", name="この予約を残す"
    ).first.click()
    page.get_by_text("予約を残しました。").wait_for()
    look(page, "to-decide-after")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Bookings to decide").wait_for()
    look(page, "to-decide-en")

    with serving(mihon):
        assert Reservation.objects.filter(is_live=True).count() == 3
