"""Our own deploy checks (safety.md 6.1): what Django's own do not ask. `bin/manage check --deploy`."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

# What knows no municipality: it counts, and takes an address from nginx.
BEFORE_ALL = {"config.counting.CountedRequests", "config.proxy.BehindNginx"}
LONGEST_SESSION = timedelta(hours=12)
# What the live database must say; the claim's promise P2 rests on the first three.
DATABASE_MUST = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    "password_encryption": "scram-sha-256", "log_parameter_max_length_on_error": "0",
}  # fmt: skip


def _error(number: int, words: str) -> Error:
    return Error(words, id=f"waku.E{number:03}")


@register(Tags.security, deploy=True)
def guards(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Sessions, caches, passwords and what must not be installed."""
    del app_configs, kwargs
    return [_error(number, words) for number, holds, words in _guards() if not holds]


def _guards() -> Iterable[tuple[int, bool, str]]:
    apps, ways = settings.INSTALLED_APPS, settings.MIDDLEWARE
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    yield 1, age <= LONGEST_SESSION, "SESSION_COOKIE_AGE is longer than twelve hours."
    yield (
        2,
        settings.SESSION_ENGINE == "tenancy.session_store",
        ("Sessions must live in the municipality's own schema."),
    )
    yield (
        3,
        all(one.get("KEY_FUNCTION") for one in settings.CACHES.values()),
        ("A cache without KEY_FUNCTION crosses from one municipality to another."),
    )
    yield (
        4,
        not any("cache" in one.lower() for one in ways),
        "A page cache shows one person's form to another.",
    )
    yield (
        5,
        not any(one.startswith("django.contrib.admin") for one in apps),
        "The admin site is not for here.",
    )
    yield 6, "Argon2" in settings.PASSWORD_HASHERS[0], "argon2 must be the first hasher."
    yield (
        7,
        not getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None),
        "A way around the second factor is set.",
    )
    yield from _surroundings(ways)


def _surroundings(ways: Sequence[str]) -> Iterable[tuple[int, bool, str]]:
    yield 8, not settings.WAKU_DEMO, "The demo's pages show accounts and codes."
    yield 9, not settings.WAKU_LOOPBACK, "Plain HTTP is for one machine only."
    yield 10, not settings.WAKU_CARRIER_URL, "Messages would go to another place than the carrier."
    yield (
        11,
        settings.SESSION_COOKIE_NAME.startswith("__Host-"),
        "The session cookie is not bound to its host.",
    )
    yield (
        12,
        settings.ROOT_URLCONF == "config.urls_nowhere",
        "A page would answer without a municipality.",
    )
    yield (
        13,
        set(ways[: ways.index("tenancy.entrances.http.MunicipalityMiddleware")]) <= BEFORE_ALL,
        ("The municipality must be found before anything else runs."),
    )


@register(Tags.database, deploy=True)
def database_keeps_its_word(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """The live server writes what it acknowledges and keeps values out of its log."""
    del app_configs, kwargs
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].settings_dict.get("SPEAKS_AS") == "municipality":
            continue  # refuses to speak for nobody; its cluster is asked by another alias
        with connections[alias].cursor() as cursor:
            for number, (name, wanted) in enumerate(DATABASE_MUST.items(), start=21):
                cursor.execute("SELECT current_setting(%s)", [name])
                (said,) = cursor.fetchone()
                if said != wanted:
                    found.append(_error(number, f"{alias}: {name} is {said}, must be {wanted}."))
    return found
