"""An auditor follows one resident's traces, answers an alert, and sees a name only with a reason."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from callcentre import calls
from privacy import access_log, alerts, chain_links, lookouts
from privacy.alerts import Matter
from privacy.models import Alert
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


@pytest.fixture
def story(live_municipalities):
    with serving(live_municipalities.mihon):
        now = timezone.now()
        operator = cast.staff("operator", display_name="試験 一郎")
        resident = cast.resident(name="見本　花子")
        call = calls.start(caller_number="+817099991111", by=operator, at=now)
        for number in range(12):
            access_log.record(
                what="view" if number % 3 else "find", resident_id=resident.pk, call_id=call.pk,
                why="inbound", by=operator, at=now + timedelta(seconds=number),
            )  # fmt: skip
        access_log.record(what="find", why="none", count=0, succeeded=False, by=operator, at=now)
        alerts.raise_about(Matter(Alert.Kind.NO_CALL, str(operator.pk), 7, staff_id=operator.pk), at=now)  # fmt: skip
        alerts.raise_about(Matter(Alert.Kind.SPIKE, str(operator.pk), 64, usual=18, staff_id=operator.pk), at=now)  # fmt: skip
        alerts.raise_about(Matter(Alert.Kind.MANY_LOOKERS, str(resident.pk), 6, resident_id=resident.pk), at=now)  # fmt: skip
        alerts.raise_about(Matter(Alert.Kind.ANCHOR, "mail", 1, note="connect"), at=now)
        chain_links.append(at=now + timedelta(seconds=20))
        lookouts.verify(at=now + timedelta(seconds=21))
        return {
            "resident": resident, "auditor": cast.staff("auditor"),
            "officer": cast.staff("ward_officer"),
        }  # fmt: skip


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def test_from_a_number_to_everything_about_one_resident(page, address, story, stage):
    with serving(stage.mihon):
        sign_in_browser(page, address, story["auditor"])
    page.goto(address.url("/access-log/"))
    look(page, "access-log")
    page.get_by_text("番号から対象者の識別子を調べる").click()
    page.get_by_label("接種券番号・予約番号・電話番号").fill(
        story["resident"].voucher_number_for_test
    )
    press(page, "調べる")
    page.wait_for_url(f"**resident_id={story['resident'].pk}")
    assert page.get_by_text("花子").count() == 0
    assert page.locator("tbody tr").count() == 13  # twelve looks, and the auditor's question

    page.get_by_text("この識別子の方の氏名を表示する").click()
    look(page, "access-log-one-resident")
    page.get_by_label("氏名を表示する理由").fill("本人からの開示請求")
    press(page, "氏名を表示する")
    page.get_by_text("見本　花子").wait_for()
    look(page, "access-log-revealed")


def test_an_alert_is_answered(page, address, story, stage):
    with serving(stage.mihon):
        sign_in_browser(page, address, story["officer"])
    page.goto(address.url("/alerts/"))
    look(page, "alerts")
    page.get_by_role("link", name="通話なしの閲覧が多い").click()
    look(page, "alert")
    page.get_by_label("確かめた結果").fill("訓練のため。管理者に確認した")
    press(page, "回答を記録する")
    page.get_by_text("回答を記録しました").wait_for()
    assert page.get_by_role("link", name="通話なしの閲覧が多い").count() == 0
    page.get_by_role("link", name="見張りの決まり").click()
    look(page, "alert-rules")
    page.goto(address.url("/alerts/week/?first_day=" + timezone.localdate().isoformat()))
    look(page, "alert-week")


def test_in_english(browser, address, story, stage):
    context = browser.new_context(locale="en", viewport={"width": 1366, "height": 900})
    page = context.new_page()
    with serving(stage.mihon):
        sign_in_browser(page, address, story["officer"])
    for path, name in (
        ("/access-log/", "access-log"),
        (f"/access-log/?resident_id={uuid.uuid4()}", "access-log-nobody"),
        ("/alerts/", "alerts"),
        ("/alerts/rules/", "alert-rules"),
        ("/alerts/week/", "alert-week"),
    ):
        page.goto(address.url(path))
        look(page, f"{name}-en")
    context.close()


def test_an_incident_pack_is_asked_for(page, address, story, stage):
    with serving(stage.mihon):
        sign_in_browser(page, address, story["officer"])
    page.goto(address.url("/incidents/"))
    look(page, "incident")
    press(page, "作成を依頼する")
    page.get_by_text("入力").first.wait_for()
    look(page, "incident-errors")
