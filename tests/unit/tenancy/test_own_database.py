"""A municipality with a database of its own: made, migrated, listed and read with the same words."""

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from config import databases
from privacy import keys
from tenancy import municipalities, schemas
from tenancy.current import serving
from tests import cast

CODE = "999962"
HOSTS = {
    "resident_host": "own.localhost", "staff_host": "staff.own.localhost",
    "hooks_host": "hooks.own.localhost",
}  # fmt: skip


def manage(*words, **options):
    out = StringIO()
    call_command("municipality", *words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def own(live_municipalities, second_cluster):
    manage("create", CODE, name="独立市", name_en="Own City", database="apart", **HOSTS)
    found = municipalities.find(code=CODE)
    yield found
    _take_away(found)


def _take_away(found):
    from tenancy.directory.models import Host, Municipality

    Host.objects.using("owner").filter(municipality_id=CODE).delete()
    Municipality.objects.using("owner").filter(code=CODE).delete()
    with connections["apart_owner"].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {found.schema} CASCADE")
    municipalities.forget_kept()


class TestAMunicipality:
    def test_lives_in_its_own_database_only(self, own):
        with serving(own):
            cast.resident(name="独立　太郎")
            assert keys.ring().code == CODE
        with connections["apart_owner"].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {own.schema}.booking_resident")
            assert cursor.fetchone() == (1,)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [own.schema])
            assert cursor.fetchone() == (0,)

    def test_is_listed_where_it_is(self, own):
        assert f"{CODE} 独立市 apart/m_{CODE}" in manage("list")

    def test_is_migrated_where_it_is(self, own):
        with serving(own), connections["apart_owner"].cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
            cursor.execute("DROP TABLE django_session")
        schemas.migrate(own)

        with serving(own), connections["apart"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            assert cursor.fetchone() == (0,)

    def test_needs_the_settings_of_its_database(self, stage):
        with pytest.raises(CommandError, match="WAKU_MORE_DATABASES"):
            manage("create", CODE, name="独立市", name_en="Own", database="nowhere", **HOSTS)


class TestSettings:
    @pytest.mark.parametrize("name", ["default", "owner", "x_owner", "Großstadt", "1st"])
    def test_refuse_a_name_that_means_something_else(self, name, monkeypatch):
        monkeypatch.setenv("WAKU_MORE_DATABASES", name)

        with pytest.raises(ImproperlyConfigured, match="WAKU_MORE_DATABASES"):
            databases.databases()

    def test_stop_loudly_without_the_address(self, monkeypatch):
        monkeypatch.setenv("WAKU_MORE_DATABASES", "second")
        monkeypatch.delenv("WAKU_DATABASE_URL_SECOND", raising=False)

        with pytest.raises(ImproperlyConfigured, match="WAKU_DATABASE_URL_SECOND"):
            databases.databases()

    def test_give_each_a_pool_and_a_login_role_of_its_own(self, monkeypatch):
        monkeypatch.setenv("WAKU_MORE_DATABASES", "second")
        monkeypatch.setenv("WAKU_DATABASE_URL_SECOND", "postgresql://second_app:x@there/second")
        found = databases.databases()

        assert found["second"]["USER"] != found["default"]["USER"]
        assert found["second"]["OPTIONS"]["pool"]
        assert "second_owner" not in found
