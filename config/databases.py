"""The databases: one alias a cluster, its owner's alias, and the directory."""

import re

from django.core.exceptions import ImproperlyConfigured

from config import env

FURTHER = re.compile(r"^(?!default$|directory$|owner$)[a-z][a-z0-9_]{0,20}(?<!_owner)$")
# Three seconds of trying again, then afresh with the next request: the pool would double its pauses
# for five minutes, and after a long outage residents would wait for the last of them.
WAITING = {"timeout": 10, "reconnect_timeout": 3}
POOL = {"min_size": 1, "max_size": env.number("WAKU_POOL_SIZE", 12), **WAITING}


def _alias(name: str, **extra: object) -> dict[str, object]:
    return {
        "ENGINE": "tenancy.backend",
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        **env.database(name),
        **extra,
    }


def databases() -> dict[str, dict[str, object]]:
    """Django's DATABASES from WAKU_DATABASE_URL and, where a command needs it, the owner's.

    WAKU_MORE_DATABASES names further clusters, each for municipalities that have their own; every
    name needs its WAKU_DATABASE_URL_NAME.
    """
    pooled = {"pool": POOL, "server_side_binding": True, "prepare_threshold": 5}
    found = {
        "default": _alias("WAKU_DATABASE_URL", OPTIONS=pooled, SPEAKS_AS="municipality"),
        "directory": _alias(
            "WAKU_DATABASE_URL",
            OPTIONS={
                "pool": {"min_size": 0, "max_size": 4, **WAITING},
                "server_side_binding": True,
            },
            SPEAKS_AS="directory",
        ),
    }
    if env.text("WAKU_OWNER_DATABASE_URL", ""):
        found["owner"] = _alias("WAKU_OWNER_DATABASE_URL", OPTIONS={}, SPEAKS_AS="owner")
    for name in env.words("WAKU_MORE_DATABASES", ""):
        if not FURTHER.match(name):
            message = f"WAKU_MORE_DATABASES: {name!r} cannot be the name of a further database."
            raise ImproperlyConfigured(message)
        url = f"WAKU_DATABASE_URL_{name.upper()}"
        found[name] = _alias(url, OPTIONS=pooled, SPEAKS_AS="municipality")
        owner = f"WAKU_OWNER_DATABASE_URL_{name.upper()}"
        if env.text(owner, ""):
            found[f"{name}_owner"] = _alias(owner, OPTIONS={}, SPEAKS_AS="owner")
    return found
