"""The gallery in a real browser: every part can be read, reached and worked by anybody."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE

RESIDENT = "mihon.localhost"
GALLERY = {"resident": "/gallery/", "staff": "/gallery/staff/"}

pytestmark = pytest.mark.browser


class TestGallery:
    @pytest.mark.parametrize("variant", GALLERY)
    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
    @pytest.mark.parametrize("locale", ["ja", "en"])
    def test_shuts_nobody_out(self, visit, check_accessibility, variant, size, locale):
        check_accessibility(visit(RESIDENT, GALLERY[variant], size=size, locale=locale))

    def test_offers_targets_large_enough_for_a_thumb(self, visit):
        page = visit(RESIDENT, GALLERY["resident"], size=PHONE)

        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input, select, textarea")]
                .filter((one) => one.offsetParent && one.type !== "hidden")
                .map((one) => one.closest("label") || one)
                .filter((one) => one.getBoundingClientRect().height < 44)
                .map((one) => one.outerHTML)
                .filter((one) => !one.includes("#other"))  // a link inside a sentence"""
        )

        assert small == []


class TestErrors:
    def test_are_read_first_and_lead_to_their_fields(self, visit):
        page = visit(RESIDENT, GALLERY["resident"], size=PHONE)

        expect(page.locator("[data-error-summary]")).to_be_focused()
        assert page.title().startswith("エラー：")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#id_wrong-number")).to_be_focused()


class TestConfirm:
    def test_asks_once_more_and_goes_back_to_where_it_was(self, visit):
        page = visit(RESIDENT, GALLERY["resident"])
        button = page.locator("button[data-confirm]")

        button.click()
        expect(page.locator("#ui-confirm")).to_be_visible()
        page.keyboard.press("Escape")

        expect(button).to_be_focused()

    def test_sends_after_a_yes(self, visit):
        page = visit(RESIDENT, GALLERY["resident"])

        page.locator("button[data-confirm]").click()
        with page.expect_request(lambda sent: sent.method == "POST"):
            page.locator("[data-yes]").click()


class TestSubmitOnce:
    def test_sends_a_form_once_however_often_it_is_pressed(self, visit):
        page = visit(RESIDENT, GALLERY["resident"])
        sent = []
        page.on("request", lambda one: sent.append(one.method) if one.method == "POST" else None)

        with page.expect_navigation():
            page.evaluate(
                """() => {
                    const button = document.querySelector("form.form button");
                    button.click();
                    button.click();
                }"""
            )

        assert sent == ["POST"]


class TestCountdown:
    def test_counts_down_where_there_is_a_script(self, visit):
        page = visit(RESIDENT, GALLERY["resident"])

        expect(page.locator("[data-left]")).to_have_text("6分58秒", timeout=5_000)
