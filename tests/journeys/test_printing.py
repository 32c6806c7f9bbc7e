"""On paper every sheet bears who opened the page; on the screen nothing of it is seen."""

import os

import pytest

from tenancy.current import serving
from tests import cast
from tests.serving import sign_in_browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_mark_is_on_paper_only(page, address, live_municipalities, language):
    with serving(live_municipalities.mihon):
        officer = cast.staff("ward_officer")
        sign_in_browser(page, address, officer)
    cookie = {"name": "__Host-lang", "value": language}
    place = {"url": address.url("/").replace("http:", "https:"), "secure": True}
    page.context.add_cookies([cookie | place])
    page.goto(address.url("/handlers/printed/"))
    mark = page.locator("[data-printed-by]")
    assert not mark.is_visible()

    page.emulate_media(media="print")
    assert mark.is_visible()
    assert officer.login_name in mark.inner_text()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.printed-by')).position") == "fixed"
    )
    page.set_viewport_size({"width": 794, "height": 1123})  # a sheet of A4
    if folder := os.environ.get("WAKU_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/printed-{language}.png")
