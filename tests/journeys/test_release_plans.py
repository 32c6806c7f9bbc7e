"""One officer drafts an opening and sees it as a resident; another one arms it, and it is watched."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from shared.calendar import TOKYO
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser
from venues.models import Opening

pytestmark = pytest.mark.browser


def test_an_opening_is_planned_seen_armed_and_watched(live_municipalities, page, address):
    now, mihon = timezone.now(), live_municipalities.mihon
    day = timezone.localdate() + timedelta(days=14)
    opens = datetime.combine(timezone.localdate() + timedelta(days=7), time(8, 30), tzinfo=TOKYO)
    with serving(mihon):
        cast.everybody_may_book(now - timedelta(days=1))
        vaccine, hall = cast.vaccine(doses=1), cast.venue(name="見本会館")
        cast.slot(day=day, venue_=hall, vaccine_=vaccine)
        cast.slot(day=day + timedelta(days=1), venue_=hall, vaccine_=vaccine)
        Opening.objects.update(lanes=2)
        drafter, second = cast.staff("ward_officer"), cast.staff("ward_officer")
        sign_in_browser(page, address, drafter)

    page.goto(address.url("/releases/"))
    look(page, "releases-none")
    page.get_by_role("link", name="新しい放出計画").click()
    page.get_by_label("計画の名称").fill("75歳以上の受付開始")
    page.get_by_label("公表した受付開始日").fill(f"{opens:%Y-%m-%d}")
    page.get_by_label("その時刻").fill("08:30:00")
    page.get_by_label("公表した接種日（はじめ）").fill(f"{day}")
    page.get_by_label("公表した接種日（おわり）").fill(f"{day + timedelta(days=2)}")
    look(page, "release-form")
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("放出する行がありません").wait_for()
    page.get_by_role("link", name="行を追加する").click()
    page.get_by_label("一枠あたりの放出数").fill("2")
    look(page, "release-row-form")
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("予約枠のない日があります").wait_for()
    look(page, "release-draft")
    page.get_by_role("link", name="住民の見え方を確かめる").click()
    page.get_by_label("年", exact=True).fill("1950")
    page.get_by_label("月", exact=True).fill("4")
    page.get_by_label("日", exact=True).fill("1")
    page.get_by_role("button", name="表示する").click()
    page.get_by_text("予約できます").first.wait_for()
    look(page, "release-preview")

    page.context.clear_cookies()
    with serving(mihon):
        sign_in_browser(page, address, second)
    page.goto(address.url("/releases/"))
    page.get_by_role("link", name="75歳以上の受付開始").click()
    page.get_by_label("注意があっても確定する理由").fill("三日目は会場の休館日。電話は別に開く。")
    look(page, "release-to-arm")
    page.get_by_role("button", name="点検しました。確定する").click()
    page.get_by_text("計画を確定しました。").wait_for()
    page.get_by_text("開く前").wait_for()
    look(page, "release-armed")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Rows").wait_for()
    look(page, "release-armed-en")
