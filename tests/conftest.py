"""The cast and the stage: one temporary cluster a run, two municipalities in it.

`served` rolls back after the test; `live_municipalities` keeps what is committed until the test
ends (for threads, servers, the browser) and empties the tables then.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import apart, serving

# A crowded machine is slow and not wrong: no example fails for the time it took.
hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

# Fixtures that live beside the helpers they need.
address, browser, page = serving.address, serving.browser, serving.page
second_cluster, _second_home = apart.second_cluster, apart._second_home
tameshi_apart = apart.tameshi_apart

CODE, OTHER_CODE = "999997", "999989"
HOSTS = {
    CODE: {"resident": "mihon.localhost", "staff": "staff.mihon.localhost", "hooks": "hooks.mihon.localhost"},
    OTHER_CODE: {"resident": "tameshi.localhost", "staff": "staff.tameshi.localhost", "hooks": "hooks.tameshi.localhost"},
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """The servers of this run and the two municipalities."""

    superuser_url: str
    valkey_url: str
    mihon: object
    tameshi: object


@pytest.fixture(scope="session")
def servers() -> Iterator[object]:
    """PostgreSQL and Valkey of this run; gone without a trace afterwards."""
    from config.embedded import temporary_servers

    with temporary_servers() as found:
        yield found


@pytest.fixture(scope="session")
def stage(servers, django_db_blocker) -> Iterator[Stage]:
    """A bootstrapped cluster with 見本市 and 試市."""
    with django_db_blocker.unblock():
        _point_at(servers)
        from tenancy import bootstrap, schemas

        bootstrap.bootstrap(
            superuser_url=servers.postgres.url(), database="waku",
            owner_password="owner", app_password="app",
        )  # fmt: skip
        from django.core.management import call_command

        from privacy import keys
        from tenancy.current import serving

        call_command("migrate", "directory", database="owner", verbosity=0)
        made = []
        for code, name, name_en in (
            (CODE, "見本市", "Mihon City"),
            (OTHER_CODE, "試市", "Tameshi City"),
        ):
            one = schemas.create(code=code, name=name, name_en=name_en, hosts=HOSTS[code])
            with serving(one):
                keys.create()
            made.append(one)
        yield Stage(servers.postgres.url(database="waku"), servers.valkey.url(), *made)
        from django.db import connections

        for connection in connections.all(initialized_only=True):
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()


def _point_at(servers) -> None:
    """Tell the settings where this run's servers are; nothing has connected yet."""
    from django.conf import settings
    from django.db import connections

    url = urlsplit(servers.postgres.url())
    where = {"HOST": url.hostname, "PORT": str(url.port or 5432)}
    for alias in ("default", "directory", "owner"):
        settings.DATABASES[alias].update(where)
        connections[alias].settings_dict.update(where)
    url = servers.valkey.url()
    settings.WAKU_VALKEY_URL = settings.CELERY_BROKER_URL = url
    settings.CACHES["default"]["LOCATION"] = url
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [url]
    os.environ["WAKU_VALKEY_URL"] = url
    for name, role in (("WAKU_DATABASE_URL", "waku_app:app"), ("WAKU_OWNER_DATABASE_URL", "waku_owner:owner")):  # fmt: skip
        os.environ[name] = f"postgresql://{role}@{where['HOST']}:{where['PORT']}/waku"


@pytest.fixture(autouse=True)
def _japanese():
    """Each test begins in the house's first language, whatever the one before asked for."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_rest(request, monkeypatch):
    """What is cancelled is free at once, unless a test asks for `rested` places (T34)."""
    from datetime import timedelta

    from booking import resting

    if "rested" not in request.fixturenames:
        monkeypatch.setattr(resting, "longest", timedelta)


@pytest.fixture
def rested():
    """Places that were given back rest, as they do by default."""


@pytest.fixture
def mihon(stage):
    """見本市."""
    return stage.mihon


@pytest.fixture
def tameshi(stage):
    """試市: the stranger's municipality, which must see nothing."""
    return stage.tameshi


@pytest.fixture
def served(stage, django_db_blocker):
    """Inside serving(見本市), in a transaction that is rolled back."""
    from django.db import connections, transaction

    from tenancy import municipalities
    from tenancy.current import serving

    _forget_kept()
    with django_db_blocker.unblock(), serving(stage.mihon):
        municipalities.forget_kept()
        with transaction.atomic(using="default"):
            yield stage.mihon
            connections["default"].needs_rollback = False
            transaction.set_rollback(True, using="default")
    _forget_kept()


@pytest.fixture
def live_municipalities(stage, django_db_blocker) -> Iterator[Stage]:
    """Committed data, for threads, servers and the browser; emptied after the test."""
    _forget_kept()
    with django_db_blocker.unblock():
        yield stage
        from django.db import connections

        for connection in connections.all(initialized_only=True):
            connection.close()
        _empty(stage.superuser_url, [stage.mihon, stage.tameshi])
    _forget_kept()


def _forget_kept() -> None:
    from booking import rulebook
    from notifications import senders, words
    from tenancy import municipalities, standings
    from venues import availability, slot_facts

    availability.forget_kept()
    rulebook.forget_kept()
    senders.forget_kept()
    words.forget_kept()
    slot_facts.forget_kept()
    standings.forget_kept()
    municipalities.forget_kept()


KEPT_TABLES = {"django_migrations", "privacy_wrappedkey", "django_content_type"}


def _empty(superuser_url: str, municipalities: list) -> None:
    """Delete the rows there are: most tables are empty, and truncating makes a new file of each."""
    with psycopg.connect(superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")  # in any order
        for municipality in municipalities:
            for name in _filled(connection, municipality.schema):
                connection.execute(f"DELETE FROM {name}")
            connection.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename), 1, false) "
                "FROM pg_sequences WHERE schemaname = %s AND last_value IS NOT NULL",
                [municipality.schema],
            )


def _filled(connection: psycopg.Connection, schema: str) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]
    ).fetchall()
    names = [f"{schema}.{name}" for (name,) in rows if name not in KEPT_TABLES]
    asked = " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM {n})" for n in names)
    return [name for (name,) in connection.execute(asked).fetchall()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the test's own."""
    return tmp_path
