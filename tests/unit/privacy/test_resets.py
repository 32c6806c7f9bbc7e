"""Whatever is reset, nobody works with a password alone (T49): every way is walked."""

import pytest
from django.utils import timezone

from privacy import passkeys
from tenancy import accounts, handlers
from tests import cast
from tests.serving import desk, with_second_factor
from tests.soft_passkey import SoftPasskey
from tests.unit.privacy.test_passkeys import keep

OWN = "kasumi-tanagokoro-2026"
PASSWORD = "a-long-dummy-password"


def reset(staff, keeper, _colleague):
    """Asked for, and refused."""
    told = {"by": keeper, "at": timezone.now()}
    accounts.refuse_reset(reset=accounts.ask_reset(staff=staff, reason="試験", **told), **told)
    return PASSWORD


def granted(staff, keeper, colleague):
    asked = accounts.ask_reset(staff=staff, reason="試験", by=keeper, at=timezone.now())
    accounts.grant_reset(reset=asked, by=colleague, at=timezone.now())
    return PASSWORD


def issued(staff, keeper, _colleague):
    return accounts.issue_password(staff=staff, reason="失念", by=keeper, at=timezone.now())[1]


def stopped_and_started(staff, keeper, _colleague):
    told = {"reason": "試験", "by": keeper, "at": timezone.now()}
    accounts.disable(staff=staff, **told)
    return accounts.enable(staff=staff, **told)[1]


def struck_off_and_back(staff, keeper, _colleague):
    told = {"reason": "試験", "by": keeper, "at": timezone.now()}
    row = handlers.strike_off(handler=staff.handler, **told)
    names = ("person_name", "organisation", "organisation_kind", "position", "from_on", "trained_until")  # fmt: skip
    entry = handlers.Entry(**{name: getattr(row, name) for name in names})
    handlers.change(handler=row, entry=entry, **told)
    return PASSWORD


def another_role(staff, keeper, _colleague):
    accounts.change_role(staff=staff, role="supervisor", reason="x", by=keeper, at=timezone.now())
    return PASSWORD


WAYS = [reset, granted, issued, stopped_and_started, struck_off_and_back, another_role]
NO_WAY_IN = ("/", "/handlers/", "/console/", "/account/passkeys/", "/account/recovery-codes/", "/session/")  # fmt: skip


@pytest.fixture
def operator(served):
    staff = with_second_factor(cast.staff("operator"))
    keep(staff, SoftPasskey())
    return staff


@pytest.mark.parametrize("way", WAYS)
def test_a_password_alone_opens_nothing(operator, way):
    password = way(operator, cast.staff("contractor"), cast.staff("contractor"))
    client = desk(None)
    first = client.post("/sign-in/", {"login": operator.login_name, "password": password})
    if first["Location"] != "/sign-in/code/":  # a reset was granted: a new factor comes first
        assert way is granted
        client.post("/account/password/", {"present": password, "new": OWN, "again": OWN})

    for path in NO_WAY_IN:
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith(("/sign-in/", "/account/second-factor/")), path


def test_only_a_granted_reset_forgets_factors_and_then_all_of_them(operator):
    keeper, colleague = cast.staff("contractor"), cast.staff("contractor")
    for way in (reset, issued, stopped_and_started, struck_off_and_back):
        way(operator, keeper, colleague)
        assert passkeys.of(operator)
        operator.refresh_from_db()

    granted(operator, keeper, colleague)

    assert passkeys.of(operator) == []
    assert operator.pk not in accounts.with_second_factor()
