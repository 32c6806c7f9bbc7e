"""The pages of the municipality's own house open for those who may."""

import pytest

from tenancy.models import Staff
from tests import cast
from tests.serving import desk


@pytest.fixture
def keeper(served):
    return cast.staff("contractor")


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/staff/", "/staff/new/", "/permissions/", "/account/password/", "/account/second-factor/", "/account/recovery-codes/"])  # fmt: skip
    def test_open_for_the_keeper_of_accounts(self, keeper, path):
        assert desk(keeper).get(path).status_code == 200

    @pytest.mark.parametrize("path", ["/settings/", "/stage/", "/access-log/"])
    def test_open_for_an_officer(self, officer, path):
        assert desk(officer).get(path).status_code == 200

    def test_one_account_has_its_page(self, keeper, officer):
        page = desk(keeper).get(f"/staff/{officer.pk}/")

        assert page.status_code == 200
        assert officer.login_name in page.text


class TestSettings:
    def given(self, **changed):
        return {
            "programme": "集団予防接種", "owning_section": "保健予防課",
            "registered_business": "予防接種", "roster_hour": "18", "reason": "初期設定",
            "access_log_years": "5", "staff_idle_minutes": "30", "staff_longest_hours": "12", "resident_idle_minutes": "15",
            "resident_longest_minutes": "60", **changed,
        }  # fmt: skip

    def test_are_changed_with_a_reason(self, officer):
        from tenancy.standings import standing

        answer = desk(officer).post(
            "/settings/",
            self.given(purpose_notice="予約のために使います。", approved_on="令和8年5月1日"),
        )

        row = standing()
        assert answer.status_code == 302
        assert (row.purpose_notice_version, str(row.approved_on)) == (2, "2026-05-01")

    @pytest.mark.parametrize("changed", [{"reason": ""}, {"roster_hour": "24"}, {"approved_on": "?"}, {"programme": ""}])  # fmt: skip
    def test_are_refused_in_words(self, officer, changed):
        from tenancy.standings import standing

        answer = desk(officer).post("/settings/", self.given(**changed))

        assert answer.status_code == 422
        assert standing().purpose_notice_version == 1


class TestAccountPages:
    def test_a_role_is_changed_with_a_reason(self, keeper, officer):
        client = desk(keeper)
        path = f"/staff/{officer.pk}/role/"

        refused = client.post(path, {"role-role": "auditor"})
        done = client.post(path, {"role-role": "auditor", "role-reason": "異動"})

        officer.refresh_from_db()
        assert (refused.status_code, done.status_code) == (422, 302)
        assert officer.role == "auditor"
        assert "異動" in client.get(f"/staff/{officer.pk}/").text

    def test_a_powerful_account_shows_no_password_and_waits(self, keeper):
        client = desk(keeper)
        made = {
            "login_name": "new.officer", "display_name": "見本 花子", "organisation": "見本市",
            "role": "ward_officer", "organisation_kind": "ward", "position": "handler",
            "from_on": "2026-04-01", "trained_until": "2999-03-31",
        }  # fmt: skip

        answer = client.post("/staff/new/", made)

        waiting = Staff.objects.get(login_name="new.officer")
        page = client.get(answer.headers["Location"]).text
        assert answer.headers["Location"] == f"/staff/{waiting.pk}/"
        assert "別の担当者が内容を確かめて有効にします" in page
        refused = client.post(f"/staff/{waiting.pk}/enable/", {"enable-reason": "自分で"})
        assert refused.status_code == 409
        done = desk(cast.staff("contractor")).post(
            f"/staff/{waiting.pk}/enable/", {"enable-reason": "確認済み"}
        )
        waiting.refresh_from_db()
        assert (done.status_code, waiting.is_active) == (200, True)

    def test_one_s_own_account_is_refused_in_words(self, keeper):
        answer = desk(keeper).post(f"/staff/{keeper.pk}/disable/", {"disable-reason": "試験"})

        assert answer.status_code == 409
        assert keeper.may("edit_staff")

    def test_a_one_time_password_is_shown_once(self, keeper, officer):
        client = desk(keeper)
        shown = client.post(f"/staff/{officer.pk}/password/", {"password-reason": "失念"})

        officer.refresh_from_db()
        password = shown.context["one_time_password"]
        assert officer.check_password(password)
        assert password not in client.get(f"/staff/{officer.pk}/").text
