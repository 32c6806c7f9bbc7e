"""The calendar of rosters and its late changes, seen on a telephone and a desk, in two languages."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, localtime

from exchange import rosters, runs, tasks
from tenancy.current import serving
from tests import cast
from tests.serving import DESKTOP, look, sign_in_browser

pytestmark = pytest.mark.browser


def test_a_missed_roster_is_made_by_hand(
    live_municipalities, browser, address, settings, tmp_path, monkeypatch
):
    settings.WAKU_SPOOL = tmp_path / "spool"
    monkeypatch.setattr(runs, "GRACE", timedelta(days=-1))  # whatever the hour is now
    monkeypatch.setattr(tasks.build, "delay", lambda **_: None)
    with serving(live_municipalities.mihon):
        long_ago = localtime(cast.now()).replace(hour=23) - timedelta(days=3)
        old = rosters.make_due(at=long_ago)
        rosters.build(parcel_id=old.pk, at=long_ago)
        officer = cast.staff("ward_officer", display_name="見本 一郎", organisation="見本市")
        context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=DESKTOP)
        page = sign_in_browser(context.new_page(), address, officer)

    page.goto(address.url("/rosters/schedule/"))
    assert page.get_by_text("作られていません").count() >= 1
    look(page, "schedule-ja")
    page.get_by_role("button", name="English").click()
    page.get_by_text("Not made").first.wait_for()
    look(page, "schedule-en")
    page.get_by_role("button", name="Make it now").first.press("Enter")
    page.wait_for_url("**/rosters/*-*/")
    page.goto(page.url + "changes/")
    look(page, "late-changes-en")
    page.get_by_role("button", name="日本語").click()
    page.get_by_role("heading", name="直前の変更").wait_for()
    look(page, "late-changes-ja")

    with serving(live_municipalities.mihon):
        assert runs.calendar(at=cast.now())[0].day == localdate(cast.now()) + timedelta(days=1)
        assert runs.calendar(at=cast.now())[0].parcel is not None
    context.close()
