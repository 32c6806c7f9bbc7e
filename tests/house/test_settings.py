"""The settings that guard everybody (safety.md 6.1); production is checked, not the tests' own."""

import os
import subprocess
import sys
from pathlib import Path

from django.utils.csp import CSP

from config import settings as production

TOP = Path(production.__file__).resolve().parent.parent


class TestSettings:
    def test_sessions_live_in_the_municipality_s_own_schema(self):
        assert production.SESSION_ENGINE == "tenancy.session_store"
        assert production.SESSION_COOKIE_AGE <= 12 * 3600

    def test_the_first_hasher_is_argon2_and_the_only_one(self):
        assert production.PASSWORD_HASHERS == ["tenancy.hashers.Argon2"]

    def test_every_cache_key_names_its_municipality(self):
        assert {one["KEY_FUNCTION"] for one in production.CACHES.values()} == {
            "tenancy.current.cache_key"
        }

    def test_no_page_is_cached_whole(self):
        assert [one for one in production.MIDDLEWARE if "cache" in one.lower()] == []

    def test_no_ready_made_administration_and_no_debugger(self):
        assert production.DEBUG is False
        assert [one for one in production.INSTALLED_APPS if "admin" in one or "debug" in one] == []

    def test_the_second_factor_has_no_way_around(self):
        assert not hasattr(production, "MFA_TOTP_INSECURE_BYPASS_CODE")
        assert not getattr(production, "MFA_TRUST_ENABLED", False)
        assert production.MFA_TOTP_TOLERANCE <= 1

    def test_no_forwarding_header_is_trusted(self):
        assert production.USE_X_FORWARDED_HOST is False
        assert not getattr(production, "USE_X_FORWARDED_PORT", False)

    def test_the_content_policy_allows_our_own_files_only(self):
        for directive, sources in production.SECURE_CSP.items():
            if directive == "report-uri":
                continue
            assert set(sources) <= {CSP.NONE, CSP.SELF, "data:"}, directive
            assert "data:" not in sources or directive == "img-src"

    def test_passwords_are_long_and_not_common(self):
        names = {one["NAME"].rsplit(".", 1)[-1] for one in production.AUTH_PASSWORD_VALIDATORS}
        assert {"MinimumLengthValidator", "CommonPasswordValidator"} <= names
        assert production.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"]["min_length"] >= 15


class TestLogs:
    def test_of_every_process_pass_the_allow_list(self):
        from config.celery import app
        from config.logging import AllowListFormatter

        told = production.LOGGING
        (formatter,) = told["formatters"].values()
        assert issubclass(formatter["()"], AllowListFormatter)
        assert {one["formatter"] for one in told["handlers"].values()} == {"allowed"}
        assert app.conf.worker_hijack_root_logger is False


class TestDeployment:
    def test_django_has_nothing_to_say_about_it(self, folder):
        key = folder / "wrapping.key"
        key.write_text("k1:" + "QUFB" * 10 + "QUE=\n", encoding="ascii")
        surroundings = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAKU_SECRET_KEY": "".join(chr(33 + number % 90) for number in range(90)),
            "WAKU_DATABASE_URL": "postgresql://waku_app:app@127.0.0.1:1/waku",
            "WAKU_VALKEY_URL": "redis://127.0.0.1:1/0",
            "WAKU_KEY_FILE": str(key),
            "WAKU_LOOPBACK": "0",
        }
        command = [sys.executable, "bin/manage", "check", "--deploy", "--fail-level", "WARNING"]

        done = subprocess.run(
            command, cwd=TOP, env=surroundings, check=False, capture_output=True, text=True
        )

        assert done.returncode == 0, done.stderr
