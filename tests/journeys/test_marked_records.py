"""A marked record waits for the supervisor; a look that was drawn by lot is explained."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from callcentre import calls, identity_checks, parties, watch_marks
from privacy import access_log, reviews
from tenancy.current import serving
from tests import cast
from tests.journeys.test_operator_books import DESK
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


@pytest.fixture
def story(live_municipalities):
    with serving(live_municipalities.mihon):
        now = timezone.now()
        operator = cast.staff("operator", display_name="電話 一子")
        resident = cast.resident(voucher_number="9990123456")
        call = calls.read_notice(call=calls.start(by=operator, at=now), by=operator)
        clues = parties.Clues("9990123456", resident.name, resident.born_on)
        (found,) = parties.look_for(call=call, clues=clues, by=operator, at=now)
        party = parties.bring_in(call=call, found=found, by=operator, at=now)
        identity_checks.answer_by_clues(party=party, clues=clues, by=operator, at=now)
        access_log.record(what="view_without_call", why="ward: 区からの照会", resident_id=resident.pk,
                          by=operator, at=now - timedelta(days=2))  # fmt: skip
        reviews.draw_due(at=now)
        return {
            "operator": operator, "supervisor": cast.staff("supervisor", display_name="管理 花子"),
            "officer": cast.staff("ward_officer"),
        }  # fmt: skip


def come_in(page, address, stage, staff):
    page.context.clear_cookies()
    with serving(stage.mihon):
        sign_in_browser(page, address, staff)


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def test_a_marked_record_waits_for_the_supervisor(page, address, story, stage):
    come_in(page, address, stage, story["officer"])
    with serving(stage.mihon):
        watch_marks.set_on(
            number="9990123456", reason="命をねらわれた議員のため", by=story["officer"],
            at=timezone.now(),
        )  # fmt: skip
    page.goto(address.url("/console/watch-marks/"))
    look(page, "watch-marks")

    come_in(page, address, stage, story["operator"])
    page.goto(address.url("/console/"))
    page.set_viewport_size(DESK)
    expect(page.get_by_role("heading", name="管理者の確認が必要です")).to_be_visible()
    look(page, "desk-unopened")
    assert page.get_by_text("太郎").count() == 0

    come_in(page, address, stage, story["supervisor"])
    page.goto(address.url("/console/board/"))
    page.locator("section[aria-labelledby=unopened]").get_by_role("link", name="開く").click()
    page.wait_for_url("**/board/records/**")
    look(page, "open-record")
    page.get_by_label("開く理由").select_option("on_the_line")
    press(page, "この通話で開く")
    page.get_by_role("dialog").get_by_role("button", name="はい").click()
    page.wait_for_url("**/console/board/")

    come_in(page, address, stage, story["operator"])
    page.goto(address.url("/console/"))
    expect(page.get_by_role("heading", name="見本　太郎")).to_be_visible()


def test_a_drawn_look_is_explained(page, address, story, stage):
    come_in(page, address, stage, story["supervisor"])
    page.goto(address.url("/reviews/"))
    look(page, "reviews")
    page.get_by_role("link", name="通話なしの閲覧").click()
    page.wait_for_url("**/reviews/*-*/")
    look(page, "review")
    page.get_by_label("理由が確かめられた").check()
    page.get_by_label("確かめたこと").fill("区の担当に電話で確かめた。")
    press(page, "記録する")
    page.get_by_text("確認を記録しました").wait_for()
    page.goto(address.url("/reviews/?done=1"))
    look(page, "reviews-done")
