"""A vaccination and a check-up side by side: what the ward set, and how a resident chooses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


def test_the_ward_sees_both_and_a_resident_chooses(live_municipalities, page, address):
    now, mihon = timezone.now(), live_municipalities.mihon
    day = timezone.localdate() + timedelta(days=14)
    with serving(mihon):
        cast.everybody_may_book(now - timedelta(days=1))
        hall = cast.venue(name="見本会館")
        slot, *_ = cast.slot(day=day, venue_=hall, vaccine_=cast.vaccine(doses=1))
        check_up = cast.programme("見本検診", kind="check_up", pair_rule="first_only")
        given = cast.vaccine("検診")
        cast.course(given, check_up, doses=1)
        cast.slot(day=day, venue_=hall, vaccine_=given, programme_=check_up)
        number = cast.resident().voucher_number_for_test
        officer = cast.staff("ward_officer")
        sign_in_browser(page, address, officer)

    for path, name in (
        ("/rules/", "programmes-rules"),
        ("/rules/programmes/new/", "programme-form"),
        ("/rules/programme-rules/new/", "programme-rule-form"),
        (f"/venues/openings/{slot.opening_id}/lots/", "lots"),
    ):
        page.goto(address.url(path))
        look(page, name)

    page.context.clear_cookies()
    page.goto(address.url("/sign-in/", kind="resident"))
    page.get_by_label("接種券番号（10桁）").fill(number)
    page.get_by_label("年", exact=True).fill("1950")
    page.get_by_label("月", exact=True).fill("4")
    page.get_by_label("日", exact=True).fill("1")
    page.get_by_role("button", name="次へ進む").click()
    page.get_by_role("heading", name="予約する事業を選ぶ").wait_for()
    look(page, "programme")
    page.get_by_role("button", name="見本検診を予約する").click()
    page.get_by_role("heading", name="日時を選ぶ").wait_for()
    look(page, "programme-choose")
