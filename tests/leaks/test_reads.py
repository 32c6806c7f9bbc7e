"""No read crosses: threads, pool reuse, nested switches, raw SQL. Each guard has its twin."""

import random
from contextlib import nullcontext

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connections

from tenancy.backend.base import DatabaseWrapper
from tenancy.current import NoMunicipality, municipality_atomic, serving
from tenancy.routers import MunicipalityRouter
from tests.leaks.conftest import (
    CANARY,
    DECOY,
    ONE_CLUSTER,
    OWN_DATABASE,
    THREADS,
    all_at_once,
    reads,
)
from tests.leaks.pages import read_canary
from venues.models import Venue

pytestmark = pytest.mark.concurrency


def choose(stage, dice):
    return dice.choice([stage.mihon, stage.tameshi])


def wrong_reads(stage, around=nullcontext):
    """Interleaved reads in threads over few pooled connections: the count of wrong ones."""
    wrong, total = [], []

    def work(number):
        dice = random.Random(number)
        for _ in range(reads(stage) // THREADS + 1):
            municipality = choose(stage, dice)
            with serving(municipality), around():
                found = read_canary()
            total.append(1)
            if found != CANARY[municipality.code]:
                wrong.append(found)
            if dice.random() < 0.3:
                connections[
                    municipality.database
                ].close()  # back to the pool, with whatever it spoke for

    raised = all_at_once(THREADS, work)
    return len(wrong), len(total), raised


class TestThreads:
    def test_no_read_crosses(self, canaries):
        wrong, total, raised = wrong_reads(canaries)

        assert not raised
        assert total >= reads(canaries)
        assert wrong == 0

    def test_no_read_crosses_inside_transactions_that_roll_back(self, canaries):
        def rolled_back():
            return municipality_atomic()

        wrong, total, raised = wrong_reads(canaries, rolled_back)

        assert (wrong, raised) == (0, [])
        assert total >= reads(canaries)

    @ONE_CLUSTER
    def test_the_leak_is_real_without_the_guard(self, canaries, monkeypatch):
        """If a connection were told only once whom it speaks for, reads would cross."""
        original = DatabaseWrapper._enter

        def enter_once(self):
            if self._mode is None:
                original(self)

        monkeypatch.setattr(DatabaseWrapper, "_enter", enter_once)
        # Keys and sealed columns would notice by themselves: only the plain column is read.
        crossed = []

        for municipality in (canaries.mihon, canaries.tameshi):
            with serving(municipality):
                found = Venue.objects.get(code="V1").name
                crossed.append(found != CANARY[municipality.code])
        connections["default"].close()

        assert any(crossed)


class TestNestedSwitches:
    def test_returns_to_the_outer_municipality(self, canaries):
        for _ in range(reads(canaries) // 4):
            with serving(canaries.mihon):
                assert read_canary() == CANARY["999997"]
                with serving(canaries.tameshi):
                    assert read_canary() == CANARY["999989"]
                    with serving(canaries.mihon):
                        assert read_canary() == CANARY["999997"]
                assert read_canary() == CANARY["999997"]

    def test_survives_rollbacks_and_savepoints(self, canaries):
        class Undo(Exception):
            pass

        for _ in range(reads(canaries) // 8):
            with serving(canaries.mihon), pytest.raises(Undo), municipality_atomic():
                with pytest.raises(Undo), municipality_atomic():
                    with serving(canaries.tameshi):
                        assert read_canary() == CANARY["999989"]
                    raise Undo
                assert read_canary() == CANARY["999997"]
                raise Undo
            with serving(canaries.tameshi):
                assert read_canary() == CANARY["999989"]

    @ONE_CLUSTER
    def test_the_leak_is_real_when_a_rollback_is_not_noticed(self, canaries, monkeypatch):
        """A rollback undoes SET: a backend that still believes its SET reads the old schema."""
        monkeypatch.setattr(
            DatabaseWrapper, "rollback", lambda self: super(DatabaseWrapper, self).rollback()
        )
        with serving(canaries.mihon):
            Venue.objects.get(code="V1")
        with serving(canaries.tameshi):
            with pytest.raises(ZeroDivisionError), municipality_atomic():
                Venue.objects.get(code="V1")
                raise ZeroDivisionError
            found = Venue.objects.get(code="V1").name

        assert found == CANARY["999997"]  # the wrong one
        connections["default"].close()


class TestOwnDatabase:
    """A database of its own: another cluster, other login roles, nothing of anybody else there."""

    @OWN_DATABASE
    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT name FROM m_999997.venues_venue",
            "RESET ROLE; SET ROLE m_999997; SELECT name FROM m_999997.venues_venue",
            "SELECT host FROM directory.directory_host",
            "SET ROLE apart_owner",
        ],
    )
    def test_holds_and_reaches_nobody_else(self, canaries, statement):
        with (
            serving(canaries.tameshi),
            pytest.raises(DatabaseError, match=r"does not exist|denied"),
        ):
            with connections["apart"].cursor() as cursor:
                cursor.execute(statement)
        connections["apart"].close()

    @OWN_DATABASE
    def test_is_not_opened_by_the_login_role_of_the_others(self, canaries):
        where = connections["apart"].settings_dict
        with pytest.raises(psycopg.OperationalError, match=r"waku_app|authentication"):
            psycopg.connect(
                host=where["HOST"], port=where["PORT"], user="waku_app", password="app",
                dbname=where["NAME"],
            )  # fmt: skip

    @ONE_CLUSTER
    def test_is_what_stops_an_injected_role(self, canaries):
        """On one cluster the login role is a member of every role: what an own database ends."""
        with serving(canaries.mihon), connections["default"].cursor() as cursor:
            cursor.execute("SET ROLE m_999989")
            cursor.execute("SELECT name FROM m_999989.venues_venue")
            assert cursor.fetchone() == (CANARY["999989"],)
        connections["default"].close()

    @OWN_DATABASE
    @pytest.mark.parametrize("alias", ["default", "owner"])
    def test_is_never_looked_for_on_the_first_cluster(self, canaries, alias):
        with serving(canaries.tameshi), pytest.raises(NoMunicipality, match="not on"):
            Venue.objects.using(alias).get(code="V1")

    @OWN_DATABASE
    def test_the_wrong_cluster_is_a_real_danger(self, canaries, monkeypatch):
        """Without the guard and the router the decoy on the first cluster would be read."""
        monkeypatch.setattr(DatabaseWrapper, "_must_hold", lambda *_: None)
        monkeypatch.setattr(MunicipalityRouter, "db_for_read", lambda *_, **__: "default")
        with serving(canaries.tameshi):
            assert Venue.objects.get(code="V1").name == DECOY
        connections["default"].close()


class TestServerSideCursors:
    def test_a_cursor_goes_on_reading_its_own(self, canaries):
        for _ in range(50):
            with serving(canaries.mihon):
                rows = Venue.objects.iterator(chunk_size=1)
                first = next(rows).name
                with serving(canaries.tameshi):
                    assert read_canary() == CANARY["999989"]
            assert first == CANARY["999997"]


class TestRawSql:
    """With 見本市 served, nothing of 試市 can be named, set or taken."""

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT name FROM m_999989.venues_venue",
            "RESET ROLE; SELECT name FROM m_999989.venues_venue",
            "SET search_path = m_999989; SELECT name FROM venues_venue",
            "SET SESSION AUTHORIZATION postgres; SELECT 1",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "CREATE TABLE m_999997.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "TRUNCATE venues_venue",
            "DELETE FROM privacy_accessentry",
            "UPDATE privacy_accessentry SET what = 'x'",
            "DELETE FROM booking_reservationevent",
            "INSERT INTO directory.directory_municipality VALUES ('1')",
            "UPDATE directory.directory_host SET host = 'x'",
        ],
    )
    def test_is_refused(self, canaries, statement):
        with (
            serving(canaries.mihon),
            pytest.raises(Exception, match=r"denied|does not exist|must be"),
        ):
            with connections["default"].cursor() as cursor:
                cursor.execute(statement)
        connections["default"].close()

    def test_a_stacked_statement_cannot_ride_on_a_parameter(self, canaries):
        with serving(canaries.mihon), pytest.raises(ProgrammingError, match="multiple commands"):
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT %s; SET ROLE m_999989", [1])
        connections["default"].close()

    def test_a_changed_search_path_finds_nothing(self, canaries):
        with serving(canaries.mihon):
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', 'm_999989', false)")
            with pytest.raises(ProgrammingError, match=r"does not exist|denied"):
                Venue.objects.get(code="V1")
        connections["default"].close()

    def test_a_temporary_table_does_not_shadow_ours(self, canaries):
        with serving(canaries.mihon):
            with connections["default"].cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE venues_venue AS SELECT 'trap' AS name")
            assert Venue.objects.get(code="V1").name == CANARY["999997"]
            with connections["default"].cursor() as cursor:
                cursor.execute("DROP TABLE pg_temp.venues_venue")
        connections["default"].close()


class TestNobodyServed:
    def test_a_query_is_refused(self, canaries):
        with pytest.raises(NoMunicipality):
            Venue.objects.first()

    def test_a_raw_cursor_is_refused(self, canaries):
        with pytest.raises(NoMunicipality), connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")

    def test_a_transaction_is_refused(self, canaries):
        with pytest.raises(NoMunicipality), municipality_atomic():
            pass

    def test_a_cache_key_is_refused(self, canaries):
        from django.core.cache import cache

        with pytest.raises(NoMunicipality):
            cache.set("a", 1)

    def test_the_login_role_alone_reads_the_directory_only(self, canaries):
        url = connections["default"].settings_dict
        with psycopg.connect(
            host=url["HOST"], port=url["PORT"], user="waku_app", password="app", dbname="waku"
        ) as connection:
            assert connection.execute("SELECT count(*) FROM directory.directory_host").fetchone()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT count(*) FROM m_999997.venues_venue")


class TestCache:
    def test_a_key_of_one_is_not_found_by_the_other(self, canaries):
        from django.core.cache import cache

        with serving(canaries.mihon):
            cache.set("canary", CANARY["999997"])
        with serving(canaries.tameshi):
            assert cache.get("canary") is None
        with serving(canaries.mihon):
            assert cache.get("canary") == CANARY["999997"]
