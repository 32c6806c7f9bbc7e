"""The stage of the browser tests stands."""

import pytest

from tests.serving import PHONE, axe_violations

pytestmark = pytest.mark.browser


class TestServing:
    def test_a_page_is_served_and_read_by_a_browser(self, address, page):
        answer = page.goto(address.url("/gallery/", kind="resident"))

        assert answer.status == 200
        assert page.locator("h1").inner_text() == "部品一覧"
        assert page.evaluate("getComputedStyle(document.body).display") == "flex"

    def test_the_other_municipality_is_served_beside_it(self, address, page):
        page.set_viewport_size(PHONE)
        page.goto(address.url("/nothing/", kind="resident", label="tameshi"))

        assert "試市" in page.locator("header").inner_text()
        assert axe_violations(page) == []
