"""Behind nginx the caller's address is the one nginx wrote, and no other."""

import pytest

from config.proxy import BehindNginx


@pytest.mark.parametrize(
    ("written", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("", "10.0.0.2"),
        ("192.0.2.7, 198.51.100.9", "10.0.0.2"),
        ("not an address", "10.0.0.2"),
    ],
)
def test_takes_one_plain_address_or_leaves_the_nearest_caller(rf, written, caller):
    request = rf.get("/", headers={"x-forwarded-for": written}, REMOTE_ADDR="10.0.0.2")

    BehindNginx(lambda request: None)(request)

    assert request.META["REMOTE_ADDR"] == caller


def test_without_the_setting_nobody_is_believed(settings):
    assert "config.proxy.BehindNginx" not in settings.MIDDLEWARE
    assert settings.SECURE_PROXY_SSL_HEADER is None
