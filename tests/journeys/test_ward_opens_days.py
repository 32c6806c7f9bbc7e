"""A ward officer opens a venue, watches it fill, moves places and closes a day (issue: venues)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tenancy.current import serving
from tests import cast
from tests.serving import DESKTOP, PHONE, axe_violations, sign_in_browser
from venues.models import Bucket, Opening, Venue

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(live_municipalities, page, address):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book(timezone.now() - timedelta(days=1))
        cast.vaccine()
        return sign_in_browser(page, address, cast.staff("ward_officer", display_name="見本 花子"))


def is_well(page):
    """The page shuts nobody out and is no wider than the screen."""
    assert axe_violations(page) == []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def open_venue(page, address):
    page.goto(address.url("/venues/"))
    assert "会場はまだありません" in page.inner_text("main")
    is_well(page)
    page.get_by_role("link", name="会場を追加する").first.click()
    is_well(page)
    page.get_by_label("会場コード").fill("V900")
    page.get_by_label("会場名", exact=False).first.fill("見本会館")
    page.get_by_label("所在地", exact=False).first.fill("見本県見本市見本町1番")
    page.get_by_role("button", name="保存する").click()
    assert "理由を入力してください" in page.inner_text("main")
    is_well(page)
    page.get_by_label("理由").fill("新しい会場")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("heading", name="見本会館").wait_for()
    is_well(page)


def open_days(page, *, first):
    page.get_by_role("link", name="この会場の開設日を追加する").click()
    page.get_by_label("ワクチン").select_option(index=1)
    page.get_by_label("最初の日").fill(first.isoformat())
    page.get_by_label("最後の日").fill((first + timedelta(days=2)).isoformat())
    page.get_by_label("終了").first.fill("10:00")
    page.get_by_label("理由").fill("第一期")
    page.locator(".totals__words strong").get_by_text("3日の合計 192人").wait_for()
    is_well(page)
    page.get_by_role("button", name="枠の数を確かめる").click()
    page.get_by_role("heading", name="枠の確認").wait_for()
    is_well(page)
    page.get_by_role("button", name="入力に戻る").click()
    assert page.get_by_label("終了").first.input_value() == "10:00"
    page.get_by_role("button", name="枠の数を確かめる").click()
    page.get_by_role("button", name="この内容で開設する").click()
    page.get_by_text("3日を開設しました").wait_for()
    is_well(page)


class TestTheWardOfficer:
    def test_opens_days_changes_places_and_closes_one(self, officer, address, live_municipalities):
        page, first = officer, timezone.localdate() + timedelta(days=20)
        open_venue(page, address)
        open_days(page, first=first)

        page.goto(address.url(f"/venues/days/{first.isoformat()}/"))
        is_well(page)
        page.get_by_role("link", name="この開設日を開く").click()
        page.get_by_label("09:00 インターネット 定員").fill("20")
        page.locator("form.stack").get_by_label("理由").fill("看護師の増員")
        page.get_by_role("button", name="定員を保存する").click()
        page.get_by_text("1か所の定員を変えました").wait_for()
        assert "看護師の増員" in page.inner_text(".changes")
        is_well(page)

        page.get_by_role("link", name=re.compile("閉じる.*（09:15")).click()
        is_well(page)
        page.get_by_label("理由").fill("医師の遅刻")
        page.get_by_role("button", name="閉じる").click()
        page.get_by_text("枠を閉じました").wait_for()

        page.get_by_role("link", name="経路の間で移す").click()
        is_well(page)
        page.get_by_label("移す元").select_option("phone")
        page.get_by_label("理由").fill("電話が余る")
        page.get_by_role("button", name="移す").click()
        page.get_by_text("人分を移しました").wait_for()

        page.get_by_role("link", name="この日を休止する").click()
        is_well(page)
        page.get_by_label("理由").fill("台風")
        page.get_by_role("button", name="休止する").click()
        page.get_by_text("休止しました").wait_for()
        is_well(page)
        with serving(live_municipalities.mihon):
            opening = Opening.objects.get(day=first)
            assert not opening.is_open
            assert not Bucket.objects.filter(slot__opening=opening, is_open=True).exists()

    def test_stops_a_channel_and_sees_it_at_the_top(self, officer, address):
        page = officer
        page.goto(address.url("/rules/"))
        is_well(page)
        page.get_by_role("link", name="受付を止める").first.click()
        is_well(page)
        page.get_by_label("停止中の案内").fill("停電のため停止中です。")
        page.get_by_label("理由").fill("停電")
        page.get_by_role("button", name="受付を止める").click()
        page.get_by_text("停電のため停止中です。").first.wait_for()
        is_well(page)
        for path in ("groups/new/", "courses/new/", "cut-offs/"):
            page.goto(address.url(f"/rules/{path}"))
            is_well(page)


class TestWithoutScript:
    def test_days_are_opened_all_the_same(self, browser, address, live_municipalities):
        context = browser.new_context(locale="ja-JP", java_script_enabled=False)
        with serving(live_municipalities.mihon):
            venue, _ = cast.venue(name="見本会館"), cast.vaccine()
            page = sign_in_browser(context.new_page(), address, cast.staff("ward_officer"))
        first = timezone.localdate() + timedelta(days=20)
        page.goto(address.url(f"/venues/openings/new/?venue={venue.pk}"))
        page.get_by_label("ワクチン").select_option(index=1)
        page.get_by_label("最初の日").fill(first.isoformat())
        page.get_by_label("理由").fill("第一期")
        page.get_by_role("button", name="枠の数を確かめる").click()
        page.get_by_role("button", name="この内容で開設する").click()

        assert "1日を開設しました" in page.inner_text("main")
        context.close()
        with serving(live_municipalities.mihon):
            assert Opening.objects.get().venue == Venue.objects.get()
