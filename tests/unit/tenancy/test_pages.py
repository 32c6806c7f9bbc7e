"""The pages of the municipality's own house open for those who may."""

import pytest

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
