"""The waiting room and the pages of the door, seen in the browser: calm, full, sold out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from frontdoor import demand, gatherings, knowledge, line, pages
from frontdoor.models import DoorRules
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


@pytest.fixture
def mihon(live_municipalities):
    """見本市 with an empty line and nothing remembered of it."""
    found = live_municipalities.mihon

    def forget():
        knowledge.forget_kept()
        pages.forget_kept()
        line.forget_lost()
        for pattern in (f"waku:demand:{{{found.code}}}:*", f"waku:door:{{{found.code}}}:*"):
            for key in line.valkey().scan_iter(pattern):
                line.valkey().delete(key)

    forget()
    with serving(found):
        yield found
    forget()


def rules(**values):
    DoorRules.objects.update_or_create(pk=1, defaults=values)
    knowledge.forget_kept()


def stand_in_line(mihon, count):
    """So many others before."""
    keys = line.keys_of(mihon.code)
    for key in keys[:2]:
        line.valkey().zadd(key, {f"other{n}": timezone.now().timestamp() + 900 for n in range(count)})  # fmt: skip


def test_somebody_waits_is_told_how_long_and_goes_in_by_themselves(page, address, mihon):
    rules(per_minute=0)
    page.goto(address.url("/", kind="resident"))
    stand_in_line(mihon, 1234)
    page.goto(address.url("/sign-in/", kind="resident"))
    assert page.get_by_role("heading", name="順番をお待ちください").is_visible()
    look(page, "waiting-paused")

    rules(per_minute=100)
    line.valkey().hset(line.keys_of(mihon.code)[5], "pace", 95)
    page.reload()
    assert "あと約" in page.inner_text("[data-sentence]")
    look(page, "waiting-minutes")
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", name="Please wait for your turn").is_visible()
    look(page, "waiting-minutes-en")

    line.valkey().delete(*line.keys_of(mihon.code))  # the line is gone, the slip is not
    page.get_by_label("Voucher number").or_(page.locator("input[name=voucher]")).first.wait_for(
        timeout=60_000
    )
    assert page.url.endswith("/sign-in/?language=en")


def test_who_comes_before_the_opening_sees_the_lot(page, address, mihon):
    at = timezone.now()
    gatherings.plan(
        opens_at=at + timedelta(minutes=20), gathers_from=at - timedelta(minutes=1),
        by=cast.staff("ward_officer"), at=at,
    )  # fmt: skip
    page.goto(address.url("/", kind="resident"))
    page.goto(address.url("/sign-in/", kind="resident"))

    assert page.get_by_role("heading", name="受付の開始をお待ちください").is_visible()
    assert re.search(r"[0-9a-f]{64}", page.inner_text("#turn"))
    look(page, "waiting-gathering")


def test_when_nothing_is_left_it_is_told(page, address, mihon, monkeypatch):
    rules(per_minute=0)
    monkeypatch.setattr(knowledge, "_is_sold_out", lambda **_: True)
    page.goto(address.url("/", kind="resident"))
    page.goto(address.url("/sign-in/", kind="resident"))

    assert page.get_by_text("いま予約できる空きはありません").is_visible()
    look(page, "waiting-sold-out")


def test_the_open_data_explain_themselves(page, address, mihon):
    page.goto(address.url("/free-places/", kind="resident"))
    assert page.get_by_role("heading", name="空き状況の公開データ").is_visible()
    look(page, "free-places-about")


def test_the_ward_sees_the_door_and_the_demand(page, address, mihon):
    officer = cast.staff("ward_officer")
    sign_in_browser(page, address, officer)
    page.goto(address.url("/demand/"))
    assert page.get_by_text("まだ申込みはありません").is_visible()
    look(page, "demand-calm")

    at = timezone.now()
    for ago in range(40):
        when = at - timedelta(minutes=ago)
        crowd = 30 + (ago * 37) % 200
        figures = {
            "came": crowd * 3, "let_in": crowd, "asked": crowd, "given": crowd // 2,
            "refused.full": crowd // 3, "refused.not_bookable": 2,
        }  # fmt: skip
        demand.count(code=mihon.code, channel="web", found=figures, at=when)
        demand.count(code=mihon.code, channel="phone", found={"asked": 4, "given": 4}, at=when)
    stand_in_line(mihon, 812)
    demand.carry_over(at=at)
    gatherings.plan(
        opens_at=at + timedelta(days=1), gathers_from=at + timedelta(days=1, minutes=-30),
        by=officer, at=at,
    )  # fmt: skip
    past = at - timedelta(days=2)
    gatherings.plan(opens_at=past + timedelta(hours=1), gathers_from=past, by=officer, at=past)
    for path, name in (("/demand/", "demand-full"), ("/door/", "door")):
        page.goto(address.url(path))
        assert "812" in page.inner_text("main")
        look(page, name)
    for path, name in (("/door/change/", "door-change"), ("/door/gatherings/new/", "door-plan")):
        page.goto(address.url(path))
        look(page, name)
