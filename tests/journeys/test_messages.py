"""Staff see to messages: words are changed, people who could not be reached are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenancy.current import serving
from tests import cast
from tests.carrying import promise, set_up_sender
from tests.journeys.test_operator_books import keep
from tests.serving import axe_violations, sign_in_browser

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(live_municipalities, page, address):
    with serving(live_municipalities.mihon):
        return sign_in_browser(page, address, cast.staff("ward_officer"))


@pytest.fixture
def operator(live_municipalities, page, address):
    with serving(live_municipalities.mihon):
        return sign_in_browser(page, address, cast.staff("operator"))


class TestTheWardOfficer:
    def test_changes_the_words_with_their_length_in_view(self, officer, address):
        officer.goto(address.url("/message-templates/"))
        assert axe_violations(officer) == []
        officer.get_by_role("link", name="開く 予約完了 SMS 日本語").click()
        assert axe_violations(officer) == []

        officer.get_by_label("本文").fill("{municipality} 電話03-1234-5678")
        officer.get_by_label("変更の理由").fill("見本")
        officer.get_by_role("button", name="見本を見る").click()
        assert "電話番号は書けません" in officer.inner_text("main")
        assert axe_violations(officer) == []

        officer.get_by_label("本文").fill("【{municipality}】{date}{time} {venue} {link}")
        officer.get_by_role("button", name="見本を見る").click()
        assert "【見本市】7月1日(水)10:30 見本市民体育館" in officer.inner_text("main")
        assert "通分" in officer.inner_text("main")
        assert axe_violations(officer) == []
        officer.get_by_role("button", name="この文面にする").click()
        officer.locator("#ui-confirm [data-yes]").click()
        officer.get_by_text("第1版").first.wait_for()
        assert axe_violations(officer) == []


class TestTheOperator:
    def test_tells_somebody_who_could_not_be_reached(self, operator, address, live_municipalities):
        with serving(live_municipalities.mihon):
            now = timezone.now()
            visit = now + timedelta(days=1)
            promise(
                at=now,
                carrier="call",
                state="needs_call",
                recipient="+81312345678",
                not_after=visit,
            )
            promise(at=now, state="undelivered", error_code="30005")
        operator.goto(address.url("/call-list/"))
        assert axe_violations(operator) == []
        assert "使われていない番号です" in operator.inner_text("main")

        operator.get_by_role("link", name="開く").first.click()
        assert "03-1234-5678" not in operator.inner_text("main")
        assert axe_violations(operator) == []
        operator.get_by_label("電話で伝える").check()
        operator.get_by_role("button", name="表示する").click()
        operator.get_by_label("本人に伝えた").wait_for()
        assert "03-1234-5678" in operator.inner_text("main")
        assert axe_violations(operator) == []
        operator.get_by_label("本人に伝えた").check()
        operator.get_by_role("button", name="結果を記録する").click()

        operator.wait_for_url("**/call-list/")
        assert "結果を記録しました" in operator.inner_text("main")
        assert operator.locator("tbody tr").count() == 1


SIZES = [{"width": 390, "height": 844}, {"width": 1366, "height": 768}]


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
class TestEverySize:
    def test_shows_the_sender_whole(self, officer, address, live_municipalities, size):
        with serving(live_municipalities.mihon):
            set_up_sender()
            promise(kind="reminder", at=timezone.now(), state="not_owed")
        officer.set_viewport_size(size)
        officer.goto(address.url("/sender/"))
        check(officer, f"sender-{size['width']}")

        officer.get_by_label("一日のSMSの上限").fill("0")
        officer.get_by_label("変更の理由").fill("見本")
        officer.get_by_role("button", name="変更する").click()
        officer.locator(".error-summary, [aria-invalid=true]").first.wait_for()
        check(officer, f"sender-refused-{size['width']}")
        officer.get_by_label("一日のSMSの上限").fill("5000")
        officer.get_by_role("button", name="変更する").click()
        officer.get_by_text("送信の設定を変更しました。").wait_for()
        assert "5000" in officer.inner_text("main")
        check(officer, f"sender-changed-{size['width']}")

    def test_shows_the_list_and_one_of_it_whole(self, operator, address, live_municipalities, size):
        with serving(live_municipalities.mihon):
            now = timezone.now()
            who = cast.resident(name="見本　太郎")
            promise(at=now, state="failed", person_id=who.pk, not_after=now + timedelta(days=1))
        operator.set_viewport_size(size)
        operator.goto(address.url("/call-list/"))
        check(operator, f"list-{size['width']}")
        operator.get_by_role("link", name="開く").first.click()
        check(operator, f"list-masked-{size['width']}")
        operator.get_by_label("電話で伝える").check()
        operator.get_by_role("button", name="表示する").click()
        operator.get_by_text("見本　太郎").wait_for()
        check(operator, f"list-seen-{size['width']}")


def check(page, name):
    page.wait_for_load_state()
    keep(page, name)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
