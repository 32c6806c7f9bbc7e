"""Staff see to messages: words are changed, people who could not be reached are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenancy.current import serving
from tests import cast
from tests.carrying import promise
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
        assert "03-1234-5678" in operator.inner_text("main")
        assert axe_violations(operator) == []
        operator.get_by_label("本人に伝えた").check()
        operator.get_by_role("button", name="結果を記録する").click()

        operator.wait_for_url("**/call-list/")
        assert "結果を記録しました" in operator.inner_text("main")
        assert operator.locator("tbody tr").count() == 1
