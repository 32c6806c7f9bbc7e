"""Our own deploy checks: each fault is found (safety.md 6.1; T48)."""

import psycopg
import pytest

from config import checks

FAULTS = {
    1: {"SESSION_COOKIE_AGE": 13 * 3600},
    2: {"SESSION_ENGINE": "django.contrib.sessions.backends.cache"},
    3: {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}},
    5: {"INSTALLED_APPS": ["django.contrib.admin"]},
    6: {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]},
    7: {"MFA_TOTP_INSECURE_BYPASS_CODE": "123456"},
    8: {"WAKU_DEMO": True},
    9: {"WAKU_LOOPBACK": True},
    10: {"WAKU_CARRIER_URL": "http://127.0.0.1:1"},
    11: {"SESSION_COOKIE_NAME": "sid"},
    12: {"ROOT_URLCONF": "config.urls_staff"},
}


@pytest.fixture
def sound(settings):
    """As production is set; the tests' own settings are of one machine."""
    settings.WAKU_DEMO = settings.WAKU_LOOPBACK = False
    settings.WAKU_CARRIER_URL = ""
    settings.PASSWORD_HASHERS = ["tenancy.hashers.Argon2"]
    return settings


def found():
    return [one.id for one in checks.guards(None)]


class TestGuards:
    def test_have_nothing_to_say_of_production(self, sound):
        assert found() == []

    @pytest.mark.parametrize(("number", "changes"), FAULTS.items())
    def test_find_each_fault(self, sound, number, changes):
        for name, value in changes.items():
            setattr(sound, name, value)

        assert found() == [f"waku.E{number:03}"]

    def test_find_a_page_cache_and_a_late_municipality(self, sound):
        sound.MIDDLEWARE = [*sound.MIDDLEWARE, "django.middleware.cache.UpdateCacheMiddleware"]
        assert found() == ["waku.E004"]

        first, *rest = [one for one in sound.MIDDLEWARE if "Municipality" in one] + [
            one for one in sound.MIDDLEWARE if "Municipality" not in one and "cache" not in one
        ]
        sound.MIDDLEWARE = [*rest, first]
        assert found() == ["waku.E013"]


class TestDatabase:
    def test_that_gives_up_durability_is_found(self, stage, django_db_blocker):
        """The tests' own cluster does, for speed: the check must see it."""
        with django_db_blocker.unblock():
            said = {
                one.id for one in checks.database_keeps_its_word(None, ["directory", "default"])
            }

        assert said == {"waku.E021", "waku.E023"}

    def test_of_the_demo_keeps_its_word(self, stage, django_db_blocker, monkeypatch):
        with psycopg.connect(stage.superuser_url) as connection:
            said = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                    [list(checks.DATABASE_MUST)],
                ).fetchall()
            )

        assert said | {"fsync": "on", "full_page_writes": "on"} == checks.DATABASE_MUST
