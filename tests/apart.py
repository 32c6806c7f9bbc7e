"""A second cluster for a municipality of its own: started once a run, when a test first asks.

`tameshi_apart` is 試市 with its own database; its empty schema on the first cluster stays, so that
a read from the wrong cluster finds something wrong instead of nothing.
"""

import os
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

ALIAS = "apart"


@pytest.fixture(scope="session")
def second_cluster(servers, django_db_blocker):
    """PostgreSQL on a folder and port of its own, with login roles of its own."""
    from config.embedded import postgres
    from config.embedded._temporary import FAST

    server = postgres(servers.folder / ALIAS, settings=FAST)
    with django_db_blocker.unblock():
        server.start()
        try:
            _point_at(server)
            _bootstrap(server)
            yield server
        finally:
            _hang_up()
            server.stop(at_once=True)


def _point_at(server):
    from django.conf import settings
    from django.db import connections

    url = urlsplit(server.url())
    where = {"HOST": url.hostname, "PORT": str(url.port or 5432)}
    for alias in (ALIAS, f"{ALIAS}_owner"):
        settings.DATABASES[alias].update(where)
        connections[alias].settings_dict.update(where)
    for name, role in (("", "apart_app:apart-app"), ("OWNER_", "apart_owner:apart-owner")):
        address = f"postgresql://{role}@{where['HOST']}:{where['PORT']}/apart"
        os.environ[f"WAKU_{name}DATABASE_URL_APART"] = address


def _bootstrap(server):
    from django.core.management import call_command

    call_command("bootstrap", superuser_url=server.url(), database=ALIAS, verbosity=0)


def _hang_up():
    from django.db import connections

    for alias in (ALIAS, f"{ALIAS}_owner"):
        connections[alias].close()
        connections[alias].close_pool()


@pytest.fixture(scope="session")
def _second_home(second_cluster, stage, django_db_blocker):
    """試市's schema, role and keys on the second cluster; not yet in the directory."""
    from privacy import keys
    from tenancy import schemas
    from tenancy.current import serving
    from tenancy.directory.models import Municipality

    row = Municipality(
        code=stage.tameshi.code, name=stage.tameshi.name, name_en=stage.tameshi.name_en,
        schema=stage.tameshi.schema, database=ALIAS,
    )  # fmt: skip
    with django_db_blocker.unblock():
        schemas._make_schema(row)
        with serving(row):
            keys.forget_kept()
            keys.create()
            keys.forget_kept()
    return row


@pytest.fixture
def tameshi_apart(_second_home, second_cluster, live_municipalities):
    """The stage with 試市 on the second cluster; as it was, and emptied, after the test."""
    from tests.conftest import _empty, _forget_kept

    _live_at(ALIAS)
    yield replace(live_municipalities, tameshi=_second_home)
    _live_at("default")
    _forget_kept()
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
    _empty(second_cluster.url(database=ALIAS), [_second_home])


def _live_at(alias):
    from privacy import keys
    from tenancy import municipalities
    from tenancy.directory.models import Municipality

    Municipality.objects.using("owner").filter(code="999989").update(database=alias)
    municipalities.forget_kept()
    keys.forget_kept()
