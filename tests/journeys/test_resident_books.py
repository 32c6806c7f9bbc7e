"""A resident with a telephone in hand books both doses, changes one, cancels one."""

import os
import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from tests import cast
from tests.journeys.conftest import DESK, PHONE

RESIDENT = "mihon.localhost"
BORN_ON = date(1950, 4, 1)
SHOTS = os.environ.get("WAKU_SCREENSHOTS")  # a folder: every page looked at is kept there
WAYS = [
    pytest.param(PHONE, "ja", id="phone-ja"),
    pytest.param(PHONE, "en", id="phone-en"),
    pytest.param(DESK, "ja", id="desk-ja"),
]

pytestmark = pytest.mark.browser


@pytest.fixture
def town(live_municipalities):
    """見本市 with three venues, five weeks of days, and one resident."""
    from tenancy.current import serving
    from tenancy.standings import standing
    from venues import availability

    with serving(live_municipalities.mihon):
        row = standing()
        row.programme = "集団予防接種"
        row.call_centre_number, row.call_centre_hours = "03-0000-0000", "8時30分から19時まで"
        row.purpose_notice = (
            "お預かりした情報は、予防接種の予約の受付とご連絡のためだけに使います。"
        )
        row.save()
        _groups()
        for number, name in enumerate(
            ("見本市民会館", "見本東スポーツセンター", "見本西地域センター")
        ):
            _venue(name, number)
        person = cast.resident(born_on=BORN_ON)
        availability.announce(at=cast.now())
    return person


def _groups():
    from booking.models import PriorityGroup

    at = cast.now()
    rows = [
        ("65歳以上の方", "Age 65 and over", None, date(1961, 4, 1), at - timedelta(days=3)),
        ("64歳以下の方", "Age 64 and under", date(1961, 4, 2), None, at + timedelta(days=20)),
    ]
    for position, (name, english, since, until, opens) in enumerate(rows, start=1):
        PriorityGroup.objects.create(
            name=name, name_en=english, position=position, born_from=since, born_until=until,
            bookable_from=opens,
        )  # fmt: skip


def _venue(name, number):
    venue = cast.venue(name=name, step_free=number != 2)
    for days in range(3 + number, 40, 2):
        for hour, quarter in ((9, 0), (9, 30), (10, 0), (11, 30), (13, 0), (14, 15), (15, 0)):
            full = (days + hour) % 5 == 0
            web = 0 if full else (2 if hour == 10 else 8)
            day = localdate() + timedelta(days=days)
            cast.slot(day=day, at=time(hour, quarter), venue_=venue, web=web)


@pytest.fixture
def look(check_accessibility):
    """Look at a page as everybody must be able to; keep a picture where one is asked for."""

    def looked(page, name):
        check_accessibility(page)
        if SHOTS:
            language = page.locator("html").get_attribute("lang")
            width = page.viewport_size["width"]
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{language}.png", full_page=True)

    return looked


def type_who(page, person):
    page.locator("[name=voucher]").fill(person.voucher_number_for_test)
    page.locator("[name=born_on_year]").fill("25")
    page.locator("[name=born_on_month]").fill("4")
    page.locator("[name=born_on_day]").fill("1")
    page.locator("label", has=page.locator("[value=昭和]")).click()


def press(page, selector):
    with page.expect_navigation():
        page.locator(selector).first.click()


def book(page, person, look):
    page.goto(page.url.rsplit("/", 1)[0] + "/sign-in/")
    type_who(page, person)
    press(page, "form.form .button")
    look(page, "choose-first")
    press(page, ".choices__card button[name=place]")
    look(page, "choose-second")
    press(page, ".choices__card button[name=place]")
    look(page, "contact")
    page.locator("[name=phone]").fill("０７０－９９９９－０００２")
    press(page, "form.form .button")
    look(page, "confirm")
    press(page, "main form .button--large")
    look(page, "done")
    return re.findall(r"\d{4}-\d{6}-[A-Z]", page.locator("main").inner_text())


@pytest.mark.parametrize(("size", "locale"), WAYS)
def test_from_the_first_page_to_the_last(visit, town, look, size, locale):
    page = visit(RESIDENT, size=size, locale=locale)
    look(page, "start")

    numbers = book(page, town, look)
    assert len(numbers) == 2
    press(page, "main form[action='/finish/'] .button--large")
    look(page, "finished")
    page.go_back()
    assert numbers[0] not in page.content()

    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/r")
    look(page, "sign-in-to-change")
    page.locator("[name=reservation]").fill(numbers[1].lower().replace("-", ""))
    type_who(page, town)
    press(page, "form.form .button")
    look(page, "mine")
    press(page, "a[href='/mine/2/move/']")
    look(page, "move")
    press(page, ".choices__card:last-child button[name=place]")
    look(page, "move-confirm")
    press(page, "main form .button--large")
    look(page, "mine-moved")
    press(page, "a[href='/mine/contact/']")
    look(page, "change-contact")
    page.locator("[name=phone]").fill("070-9999-0003")
    press(page, "form.form .button")
    look(page, "contact-code")
    page.goto(page.url.replace("/contact/code/", "/1/cancel/"))
    look(page, "cancel")
    press(page, "form.form .button--danger")
    look(page, "mine-cancelled")


@pytest.mark.parametrize(("size", "locale"), WAYS)
def test_every_page_beside_the_way(visit, town, look, size, locale):
    page = visit(RESIDENT, "/free/", size=size, locale=locale)
    look(page, "free-earliest")
    for path, name in (
        ("/free/?by=date", "free-month"),
        (f"/free/?by=date&day={localdate() + timedelta(days=9)}", "free-day"),
        ("/free/?by=venue", "free-venues"),
        ("/voucher/", "voucher"),
        ("/sign-in/", "sign-in"),
        ("/change/code/", "lost-number"),
        ("/time-over/", "time-over"),
        ("/nothing-here/", "not-found"),
    ):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        look(page, name)
    page.goto(page.url.replace("/nothing-here/", "/free/?by=venue"))
    press_htmx(page, ".choices__card a")
    look(page, "free-venue-month")
    press_htmx(page, "a.month__day")
    look(page, "free-times")
    page.goto(page.url.split("/free/")[0] + "/sign-in/")
    page.locator("[name=voucher]").fill("123")
    press(page, "form.form .button")
    look(page, "sign-in-wrong")
    type_who(page, town)
    page.locator("[name=voucher]").fill("9990009999")
    press(page, "form.form .button")
    look(page, "sign-in-not-confirmed")


def press_htmx(page, selector):
    with page.expect_response(lambda answer: answer.ok):
        page.locator(selector).first.click()
    expect(page.locator("#chooser.htmx-request")).to_have_count(0)
    page.wait_for_timeout(200)


class TestWithoutAMouse:
    """Tab, space and enter are enough; what has the focus can be seen."""

    def reach(self, page, selector):
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("(one) => document.activeElement.matches(one)", selector):
                outline = page.evaluate(
                    """() => { const one = document.activeElement.closest("label")
                        || document.activeElement;
                        return getComputedStyle(one).outlineStyle
                            + getComputedStyle(document.activeElement).outlineStyle; }"""
                )
                assert "solid" in outline or "auto" in outline
                return
        pytest.fail(f"{selector} cannot be reached")

    def press(self, page, selector):
        self.reach(page, selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def test_both_doses_are_booked(self, visit, town):
        page = visit(RESIDENT, size=PHONE)
        self.press(page, "a[href='/sign-in/']")
        self.reach(page, "[name=voucher]")
        page.keyboard.type(town.voucher_number_for_test)
        self.reach(page, "[name=born_on_era]")
        while not page.evaluate("document.activeElement.value === '昭和'"):
            page.keyboard.press("ArrowRight")
        for part, value in (("year", "25"), ("month", "4"), ("day", "1")):
            self.reach(page, f"[name=born_on_{part}]")
            page.keyboard.type(value)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        self.press(page, "button[name=place]")
        self.press(page, "button[name=place]")
        self.reach(page, "[name=phone]")
        page.keyboard.type("07099990002")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        self.press(page, "main form .button--large")

        expect(page.locator("h1")).to_have_text("予約できました")
        assert page.url.endswith("/done/")


def test_nothing_needs_a_script(house, browser, town):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="ja")
    page = context.new_page()
    page.goto(house.url(RESIDENT))
    press(page, ".languages [value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press(page, ".languages [value=ja]")
    press(page, "a[href='/sign-in/']")
    type_who(page, town)
    press(page, "form.form .button")
    press(page, "a[href='/choose/1/?by=venue']")
    press(page, ".choices__card a")
    press(page, "a.month__day")
    press(page, "button.times__one")
    press(page, ".choices__card button[name=place]")
    page.locator("[name=email]").fill("name@example.jp")
    press(page, "form.form .button")
    press(page, "main form .button--large")

    expect(page.locator("h1")).to_have_text("予約できました")
    context.close()


def test_somebody_who_pauses_is_warned_and_may_go_on(visit, town):
    page = visit(RESIDENT, "/sign-in/", size=PHONE)
    page.clock.install()
    page.reload()
    type_who(page, town)
    press(page, "form.form .button")
    expect(page.locator("dialog#idle")).to_be_hidden()

    page.clock.fast_forward("13:30")
    expect(page.locator("dialog#idle")).to_be_visible()
    with page.expect_response("**/choose/1/"):
        page.keyboard.press("Enter")
    expect(page.locator("dialog#idle")).to_be_hidden()
    page.clock.fast_forward("10:00")

    expect(page.locator("dialog#idle")).to_be_hidden()


def test_the_focus_follows_a_search_and_no_page_is_kept(visit, town):
    page = visit(RESIDENT, "/free/", size=PHONE)
    press_htmx(page, "a[href='/free/?by=venue']")

    assert page.url.endswith("/free/?by=venue")
    expect(page.locator("#chooser")).to_be_focused()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage].map((one) => ({...one})))")
    assert "<" not in kept  # where one is, at most: never what a page said
    page.go_back()
    expect(page.locator("[aria-current=page]")).to_have_text("早い順")
