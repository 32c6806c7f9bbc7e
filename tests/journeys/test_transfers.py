"""The power fails at a venue: an officer closes the day, looks through the list, sends, prints."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from booking import transfers
from booking.models import Transfer
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser
PEOPLE = 54


def test_a_day_is_closed_and_its_people_go_elsewhere(live_municipalities, page, address):
    mihon, now = live_municipalities.mihon, timezone.now()
    day = timezone.localdate() + timedelta(days=14)
    with serving(mihon):
        cast.everybody_may_book(now - timedelta(days=1))
        here, there = cast.venue(name="見本会館"), cast.venue(name="見本体育館")
        slot, web, _ = cast.slot(day=day, web=PEOPLE, phone=0, venue_=here)
        for count in range(PEOPLE):
            phone = "+81399990001" if count % 9 == 0 else f"+8190999900{count:02}"
            cast.reservation(cast.resident(phone=phone), bucket=web, at=now)
        for hour in range(9, 14):
            cast.slot(day=day + timedelta(days=1), at=time(hour), web=8, phone=0, venue_=here)
        cast.slot(day=day, at=time(11), web=10, phone=0, venue_=there)
        sign_in_browser(page, address, cast.staff("ward_officer"))

    _close(page, address, mihon, slot)
    _look_through(page)
    _send(page, mihon)
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="One by one").wait_for()
    look(page, "transfer-sent-en")
    page.goto(address.url("/transfers/"))
    look(page, "transfers-en")


def _close(page, address, mihon, slot):
    page.goto(address.url("/transfers/"))
    look(page, "transfers-none")
    page.goto(address.url(f"/venues/openings/{slot.opening_id}/"))
    page.get_by_role("link", name="休止して予約を振替える").click()
    look(page, "transfer-begin")
    page.get_by_label("理由").fill("停電のため")
    page.get_by_role("button", name="受付を止めて、振替先を探す").click()
    page.get_by_text("受付を止めました。").wait_for()
    look(page, "transfer-looking")
    _work(mihon)
    page.get_by_role("heading", name="送信する").wait_for()  # by itself
    look(page, "transfer-proposed")


def _look_through(page):
    page.locator("select[name=showing]").select_option("no_place")
    page.get_by_role("button", name="絞り込む").click()
    page.get_by_role("cell", name="振替先なし").first.wait_for()
    look(page, "transfer-filtered")
    page.get_by_role("link", name="印刷用の一覧").click()
    look(page, "transfer-printed")
    page.go_back()
    page.locator("select[name=showing]").select_option("proposed")
    page.get_by_role("button", name="絞り込む").click()
    page.get_by_role("row").nth(7).wait_for()
    page.locator("section[aria-labelledby=people] tbody a").first.click()
    page.get_by_role("heading", name="振替先を変える", level=1).wait_for()
    look(page, "transfer-person")
    page.get_by_role("button", name="対象から外す").click()
    page.get_by_text("対象から外しました。").wait_for()
    page.get_by_role("link", name="取りやめて元に戻す").click()
    look(page, "transfer-undo")
    page.get_by_role("link", name="戻る").first.click()


def _send(page, mihon):
    page.get_by_role("button", name="振替えて連絡する").click()
    page.get_by_label("一覧を確かめました。").check()
    page.get_by_role("button", name="振替えて連絡する").click()
    page.get_by_text("送信を始めました。").wait_for()
    look(page, "transfer-sending")
    _work(mihon)
    page.get_by_text("すべて終わった").wait_for()
    look(page, "transfer-sent")


def _work(municipality):
    """What the worker does."""
    with serving(municipality):
        transfers.work(transfer_id=Transfer.objects.get().pk, at=timezone.now())
