"""Two officers bring a list in and take a roster out; each page shuts nobody out."""

import os
from datetime import date

import pytest

from exchange import dummy_targets, intake, rosters, sealing, tasks
from exchange.layouts import TARGET_LIST
from exchange.layouts.writing import write
from tenancy.current import serving
from tests import cast
from tests.serving import DESKTOP, axe_violations, sign_in_browser

pytestmark = pytest.mark.browser

PASSWORD = "a dummy password of a clerk"


@pytest.fixture
def clerks_file(tmp_path):
    wish = dummy_targets.Wish(
        people=300, municipality_code="999997", base_date=date(2026, 5, 1), errors=3, gaiji=1
    )
    path = tmp_path / "meibo.zip"
    sealing.seal_like_a_clerk(
        chunks=write(layout=TARGET_LIST, rows=dummy_targets.rows(wish)),
        name="meibo.csv",
        to=path,
        password=PASSWORD,
        at=cast.NOW,
    )
    return path


@pytest.fixture
def officers(live_municipalities, browser, address, settings, tmp_path, monkeypatch):
    """Two signed-in officers, each in a browser of their own; the worker works at once."""
    settings.WAKU_SPOOL = tmp_path / "spool"
    for task, verb in (
        (tasks.check, intake.check),
        (tasks.apply, intake.apply),
        (tasks.build, rosters.build),
    ):
        monkeypatch.setattr(
            task,
            "delay",
            lambda *, municipality_code, parcel_id, verb=verb: verb(
                parcel_id=parcel_id, at=cast.now()
            ),
        )
    opened = []
    with serving(live_municipalities.mihon):
        for name in ("見本 一郎", "試験 花子"):
            context = browser.new_context(
                locale="ja-JP", timezone_id="Asia/Tokyo", viewport=DESKTOP
            )
            staff = cast.staff("ward_officer", display_name=name, organisation="見本市保健予防課")
            opened.append(sign_in_browser(context.new_page(), address, staff))
    yield opened
    for page in opened:
        page.context.close()


def look(page, name):
    """Nobody is shut out; where a folder is named, the page is photographed into it."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]
    if folder := os.environ.get("WAKU_PHOTOGRAPHS"):
        page.screenshot(path=f"{folder}/exchange-{name}.png", full_page=True)


def test_a_list_comes_in_and_a_roster_goes_out(officers, address, clerks_file):
    first, second = officers

    first.goto(address.url("/files/"))
    look(first, "files-empty")
    first.get_by_role("link", name="名簿のファイルを渡す").click()
    look(first, "hand-in")
    first.get_by_label("基準日").fill("令和8年5月1日")
    first.get_by_label("件数").fill("300")
    first.get_by_label("UTF-8").check()
    first.get_by_label("暗号化したファイル").set_input_files(clerks_file)
    first.get_by_role("button", name="渡す", exact=True).click()
    first.get_by_text("次は別の職員です").wait_for()
    look(first, "received-first")

    second.goto(first.url)
    look(second, "received-second")
    second.get_by_label("パスワード").fill(PASSWORD)
    second.get_by_role("button", name="確認を始める").click()
    second.get_by_role("heading", name="確認の結果").wait_for()
    look(second, "dry-run")
    second.get_by_label("誤りのない行だけを取り込む理由").fill("残りは次の差分で渡す")
    second.get_by_label("区が数えた件数と照合しました").check()
    second.get_by_role("button", name="承認して取り込む").click()
    second.locator("#ui-confirm [data-yes]").click()
    second.get_by_text("取込済み").first.wait_for()
    look(second, "applied")
    second.get_by_role("link", name="確認書 K").first.click()
    look(second, "handover")

    first.goto(address.url("/rosters/"))
    look(first, "rosters-empty")
    first.get_by_label("接種予約日").fill("2026/6/15")
    first.get_by_role("button", name="作成を依頼する").click()
    first.get_by_text("次は別の職員です").wait_for()
    look(first, "roster-first")
    second.goto(first.url)
    look(second, "roster-second")
    with second.expect_download() as fetched:
        second.get_by_role("button", name="ファイルを受け取る").click()
    second.reload()
    look(second, "roster-fetched")
    second.get_by_role("link", name="通知書の発行へ進む").click()
    look(second, "password-ask")
    second.get_by_role("button", name="表示して印刷する").click()
    second.locator("[data-password]").wait_for()
    look(second, "password-notice")
    password = "".join(second.locator("[data-password] span").all_inner_texts())
    with sealing.open_container(path=fetched.value.path(), password=password) as found:
        assert found.manifest.layout == "RST"

    for path, name in (
        ("/files/", "files"),
        ("/rosters/", "rosters"),
        ("/rosters/schedule/", "schedule"),
        ("/handovers/", "handovers"),
        ("/stations/", "stations"),
        ("/handovers/outstanding/", "outstanding"),
        ("/submissions/", "submissions"),
        ("/submissions/new/", "submission"),
        ("/print-log/", "print-log"),
        ("/print-log/new/", "print-log-new"),
        ("/print-log/file/", "print-log-file"),
        ("/ledger/media/", "media"),
        ("/ledger/media/new/", "medium"),
        ("/files/layouts/", "layouts"),
        ("/files/layouts/TGT/1/", "layout"),
    ):
        second.goto(address.url(path))
        look(second, name)
