"""An operator with a keyboard and a telephone: eight steps, no mouse, nothing stale."""

import os
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.models import Reservation
from tenancy.current import serving
from tests import cast
from tests.serving import PHONE, axe_violations, sign_in_browser

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("WAKU_SCREENSHOTS")  # a folder: every page looked at is kept there
DESK = {"width": 1366, "height": 768}
NOTICE = "お聞きする氏名・生年月日・電話番号などは、予防接種の予約と連絡のためだけに使います。"


def stage_places():
    """Three venues, four weeks, a quarter of an hour a slot."""
    from venues.models import Bucket, Opening, Slot

    cast.everybody_may_book()
    now, vaccine = timezone.now(), cast.vaccine()
    since = now - timedelta(days=10)
    for number, name in enumerate(["見本市民体育館", "見本駅前会場", "北町コミュニティセンター"]):
        venue = cast.venue(name=name)
        for days in (one for one in range(2, 30) if (one + number) % 7):
            day = timezone.localdate() + timedelta(days=days)
            opening = Opening.objects.create(
                venue=venue, vaccine=vaccine, day=day, starts_at=time(9), ends_at=time(16), lanes=1,
                bookable_from=since, bookable_until=now + timedelta(days=days),
            )  # fmt: skip
            starts = [
                datetime.combine(day, time(9 + one // 4, one % 4 * 15), tzinfo=cast.JST)
                for one in range(28)
            ]
            slots = Slot.objects.bulk_create(
                Slot(opening=opening, starts_at=at, ends_at=at + timedelta(minutes=15))
                for at in starts
            )
            Bucket.objects.bulk_create(
                Bucket(
                    slot=slot, channel=channel, capacity=capacity, bookable_from=since,
                    bookable_until=slot.starts_at,
                    taken=(order * 7 + days * 3) % capacity if order else 0,
                )
                for order, slot in enumerate(slots)
                for channel, capacity in (("web", 3), ("phone", 2))
            )  # fmt: skip


def announce(municipality):
    """What the announcer process does when places were stirred."""
    from tenancy import live

    with serving(municipality):
        live.announce(at=timezone.now())


@pytest.fixture
def town(live_municipalities):
    """見本市 with places, two residents of one telephone."""
    from tenancy.standings import standing

    with serving(live_municipalities.mihon):
        row = standing()
        row.short_name, row.purpose_notice, row.proxy_allowed = "見本市", NOTICE, True
        row.save()
        stage_places()
        cast.resident(voucher_number="9990123456")
        cast.resident(name="見本　花子", voucher_number="9990123457")
    announce(live_municipalities.mihon)
    return live_municipalities.mihon


@pytest.fixture
def operator(town):
    with serving(town):
        return cast.staff(display_name="電話 一子")


@pytest.fixture
def console(page, address, town, operator):
    with serving(town):
        sign_in_browser(page, address, operator)
    page.set_viewport_size(DESK)
    page.goto(address.url("/console/"))
    return Console(page)


class Console:
    """The keyboard before the screen; every page that comes is looked at."""

    def __init__(self, page):
        self.page, self.steps = page, 0

    def type(self, words):
        self.page.keyboard.type(words)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, name, *, key="Enter", fits=True):
        """One step ends with a key that brings the next page."""
        with self.page.expect_navigation():
            self.press(key)
        self.steps += 1
        self.look(name, fits=fits)

    def look(self, name, *, fits=True):
        page = self.page
        page.wait_for_load_state()
        keep(page, name)
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        if fits:
            hidden = page.evaluate(
                """[document.documentElement, document.querySelector(".console__main")]
                .map((one) => one.scrollHeight - one.clientHeight)"""
            )
            assert max(hidden) <= 0, f"{name}: {hidden} px must be scrolled"

    def find(self, number, name="見本太郎", born_on="Ｓ２５．４．１"):
        self.press("F2")
        self.type(number)
        self.press("Tab")
        self.type(name)
        self.press("Tab")
        self.type(born_on)


def keep(page, name):
    if SHOTS:
        wide = page.viewport_size["width"]
        page.screenshot(path=Path(SHOTS) / f"console-{name}-{wide}.png", full_page=True)


def test_books_both_doses_by_keyboard_alone(console, town):
    page = console.page
    console.look("ready")
    console.type("０９０９９９９０００１")
    console.step("notice")
    expect(page.get_by_text(NOTICE)).to_be_visible()

    console.press("F8")
    console.find("９９９０１２３４５６")
    console.step("dose-1")
    expect(page.get_by_role("heading", name="見本　太郎")).to_be_visible()

    console.press("ArrowDown")  # the next free quarter of an hour
    console.step("dose-2")
    console.step("read-back")
    console.step("number")

    with serving(town):
        made = list(Reservation.objects.order_by("dose_number").select_related("slot"))
    assert [one.dose_number for one in made] == [1, 2]
    assert made[1].slot.starts_at - made[0].slot.starts_at >= timedelta(days=19)
    assert all(one.channel == "phone" for one in made)
    for one in made:
        expect(
            page.locator(".held-places__number", has_text=one.reservation_number)
        ).to_be_visible()

    console.step("wrap-up", key="F9")
    expect(page.get_by_label("用件")).to_have_value("book")
    expect(page.get_by_label("結果")).to_have_value("claimed")
    console.step("after", key="F9")
    expect(page.get_by_text("受付可").first).to_be_visible()
    assert console.steps <= 8


def test_a_family_in_one_call_moves_and_cancels(console, town):
    page = console.page
    console.step("start")
    console.press("F8")
    console.find("9990123456")
    console.step("father")
    console.step("father-2")
    console.step("father-read-back")
    console.step("father-number")
    console.find("9990123457", name="見本花子")
    console.step("mother")
    expect(page.get_by_role("link", name=re.compile("2人目"))).to_have_attribute(
        "aria-current", "true"
    )
    console.step("mother-2")
    console.step("mother-read-back")
    console.step("mother-number")

    console.step("move", key="F6")
    console.press("F4")
    console.type((timezone.localdate() + timedelta(days=3)).strftime("%-m/%-d"))
    console.step("move-day")
    page.locator("input[type=radio]:checked").focus()
    console.step("move-read-back")
    expect(page.get_by_text("今の予約：")).to_be_visible()
    console.step("moved")
    expect(page.get_by_text("予約を変更しました。")).to_be_visible()

    page.get_by_role("link", name="取消").last.focus()
    console.step("cancel")
    console.press("ArrowDown", "ArrowDown", "Tab")
    console.step("cancelled")
    expect(page.get_by_text("予約を取り消しました。")).to_be_visible()
    with serving(town):
        assert Reservation.objects.filter(is_live=True).count() == 3


def test_places_left_change_while_somebody_talks(console, town):
    page = console.page
    _at_the_picker(console)
    first = page.locator(".slot").first
    expect(page.locator("[data-live-state]")).to_have_text("更新中")
    expect(first.locator("[data-both]")).to_have_text("5/5")
    slot_id = int(first.get_attribute("data-slot"))

    with serving(town):
        from venues.models import Bucket

        web = Bucket.objects.get(slot_id=slot_id, channel="web")
        cast.reservation(cast.resident(name="見本　三郎"), bucket=web, at=timezone.now())
    announce(town)

    expect(first.locator("[data-both]")).to_have_text("4/5", timeout=3000)
    expect(first.locator("[data-phone]")).to_have_text("2/2")
    with serving(town):
        Bucket.objects.filter(slot_id=slot_id).update(taken=1, capacity=1)
    announce(town)
    expect(first.locator("input")).to_be_disabled(timeout=3000)


def test_after_a_cut_nothing_stale_is_bookable(console, town):
    page = console.page
    _at_the_picker(console)
    console.step("second")
    console.step("read-back-live")
    expect(page.locator("[data-countdown]")).to_be_visible()
    with serving(town):  # the time is over: from now on others may take the places
        from venues.models import Bucket, Hold

        Hold.objects.update(bucket=None)
        Bucket.objects.filter(held__gt=0).update(held=0)
    page.reload()
    confirm = page.locator("form[data-needs-fresh] button")
    expect(page.locator("[data-live-state]")).to_have_text("更新中")
    slot_id = int(page.locator(".read-back li").first.get_attribute("data-slot"))

    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator("[data-cut-off]")).to_be_visible(timeout=45000)
    expect(confirm).to_be_disabled()
    keep(page, "cut-off")
    with serving(town):
        Bucket.objects.filter(slot_id=slot_id).update(taken=1, capacity=1)
    announce(town)

    page.context.set_offline(False)
    expect(page.locator("[data-cut-off]")).to_be_hidden(timeout=20000)
    expect(page.locator("[data-stale-words]")).to_have_text(re.compile("満員"))
    expect(confirm).to_be_disabled()
    keep(page, "gone")


def test_rights_taken_away_end_the_page(console, town, operator):
    from tenancy import accounts

    page = console.page
    expect(page.locator("[data-live-state]")).to_have_text("更新中")
    with serving(town):
        keeper, _ = cast.staff("contractor"), cast.staff("contractor")
        accounts.disable(staff=operator, reason="試験", by=keeper, at=timezone.now())

    page.wait_for_url(re.compile("/(accounts/)?(sign-in|login)"), timeout=6000)


def test_works_without_a_script(browser, address, town, operator):
    with serving(town):
        context = browser.new_context(java_script_enabled=False, locale="ja-JP", viewport=DESK)
        page = sign_in_browser(context.new_page(), address, operator)
    page.goto(address.url("/console/"))
    page.get_by_role("button", name="通話を始める").click()
    page.get_by_label("利用目的を読み上げた").check()
    page.get_by_label("接種券・予約・電話番号").fill("9990123456")
    page.get_by_label("氏名").fill("見本太郎")
    page.get_by_label("生年月日").fill("19500401")
    page.get_by_role("button", name="探す").click()
    page.get_by_role("button", name="この枠にする").click()
    page.get_by_role("button", name="この枠にする").click()
    page.get_by_role("button", name="予約する").click()
    expect(page.get_by_text("予約しました（2件）。")).to_be_visible()
    page.get_by_role("button", name="通話を終える").click()
    page.get_by_role("button", name="保存して受付可にする").click()
    expect(page.get_by_role("button", name="離席する")).to_be_visible()
    context.close()


def test_the_board_shows_the_floor_as_it_moves(browser, page, address, town, operator):
    with serving(town):
        supervisor = cast.staff("supervisor", display_name="管理 花子")
        sign_in_browser(page, address, supervisor)
        desk = sign_in_browser(browser.new_context(locale="ja-JP").new_page(), address, operator)
    page.set_viewport_size(DESK)
    page.goto(address.url("/console/board/"))
    expect(page.locator("[data-live-state]")).to_have_text("更新中")
    expect(page.get_by_text("席に着いている人はいません。")).to_be_visible()

    desk.goto(address.url("/console/"))
    desk.get_by_role("button", name="通話を始める").click()
    desk.get_by_label("利用目的を読み上げた").wait_for()
    announce(town)

    expect(page.get_by_role("cell", name="電話 一子")).to_be_visible(timeout=3000)
    expect(page.locator(".counts dd").first).to_have_text("1")
    Console(page).look("board", fits=False)
    page.set_viewport_size(PHONE)
    Console(page).look("board", fits=False)
    desk.context.close()


def test_every_page_on_a_telephones_screen(console):
    """Nobody works so; but nothing may break, and zoomed in 400 % it is the same."""
    page = console.page
    page.set_viewport_size(PHONE)
    console.look("ready", fits=False)
    console.step("notice", fits=False)
    console.press("F8")
    console.press("F2")
    console.type("9990999999")
    console.step("not-found", fits=False)
    console.press("F2")
    page.keyboard.press("Control+A")
    console.type("9990123456")
    console.press("Tab")
    console.type("見本花子")
    console.step("identity", fits=False)
    expect(page.get_by_text("登録と合いません：氏名")).to_be_visible()
    page.locator("main [name=name]").last.fill("見本太郎")
    page.locator("main [name=born_on]").last.fill("S25.4.1")
    console.step("dose-1", fits=False)
    page.locator("input[type=radio]:checked").focus()
    console.step("dose-2", fits=False)
    page.locator("input[type=radio]:checked").focus()
    console.step("read-back", fits=False)
    page.locator("form[data-needs-fresh] button").focus()
    console.step("number", fits=False)
    console.step("wrap-up", key="F9", fits=False)


def _at_the_picker(console):
    console.step("start")
    console.press("F8")
    console.find("9990123456")
    console.step("picker")
