"""A municipality moves to another cluster while residents book: nothing is lost, nothing doubled."""

import os
import threading
import time
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections
from django.test import Client
from django.utils import timezone

from booking import reservations
from booking.models import Reservation
from tenancy import municipalities, relocations, schemas, stops
from tenancy.current import municipality_atomic, serving
from tenancy.directory.models import Relocation
from tenancy.relocations import _copying, _proof, _stop, _way
from tests import cast

pytestmark = pytest.mark.concurrency
CODE, HOST = "999954", "resident.moving.localhost"
MISSED = (DatabaseError, municipalities.UnknownMunicipality)


class Killed(BaseException):
    """The command ends here, as after kill -9: nothing is tidied up."""


@pytest.fixture(autouse=True)
def quick(settings):
    settings.WAKU_DIRECTORY_SECONDS = 0


@pytest.fixture
def moving(live_municipalities, second_cluster):
    """A municipality with people and places, on the first cluster; gone afterwards."""
    call_command(
        "municipality", "create", CODE, name="引越市", name_en="Moving City",
        resident_host=HOST, staff_host="staff.moving.localhost",
        hooks_host="hooks.moving.localhost", stdout=StringIO(),
    )  # fmt: skip
    found = municipalities.find(code=CODE)
    with serving(found):
        cast.everybody_may_book()
        cast.slot(day=timezone.localdate() + timezone.timedelta(days=30), web=500)
        people = [cast.resident(at=timezone.now()) for _ in range(60)]
    yield found, people
    _clear()


def _clear():
    from tenancy.directory.models import Host, Municipality

    for connection in connections.all(initialized_only=True):
        connection.close()
    row = Municipality.objects.using("owner").get(code=CODE)
    Relocation.objects.using("owner").filter(municipality=row).delete()
    for source, target in (("default", "apart"), ("apart", "default")):
        left = Relocation(municipality=row, source=source, target=target)
        _copying.end(_copying.Road.of(left))
    Host.objects.using("owner").filter(municipality=row).delete()
    row.delete(using="owner")
    for database in ("default", "apart"):
        row.code, row.database = CODE, database
        schemas.take_away(row, keeps_role=False)
    municipalities.forget_kept()


def claim(person, key):
    """Book for one person, as the web does; the reservation number, or None where it was refused."""
    try:
        with serving(municipalities.find(code=CODE)):
            from venues.models import Bucket

            bucket = Bucket.objects.get(channel="web").pk
            (made,) = reservations.claim(
                resident=person,
                wishes=[reservations.Wish(1, bucket)],
                asking=reservations.Asking(channel="web", request_key=key),
                by=None,
                at=timezone.now(),
            )
            return made.reservation_number
    except MISSED:
        return None
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()


class Crowd:
    """Residents who press until they are answered, for as long as the block lasts."""

    def __init__(self, people):
        self.waiting, self.told, self.refused = list(people), {}, 0
        self.over, self.guard = threading.Event(), threading.Lock()

    def __enter__(self):
        self.threads = [threading.Thread(target=self._press) for _ in range(3)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _press(self):
        while True:
            with self.guard:
                if not self.waiting:
                    return
                person = self.waiting.pop()
            key, number = uuid.uuid4(), None
            while number is None:
                number = claim(person, key)
                self.refused += number is None
                if number is None:
                    time.sleep(0.05)
            self.told[person.pk] = number
            if not self.over.is_set():
                time.sleep(0.1)  # so that some come before, some during, and some after the stop


def move(to="apart", said=None):
    found = municipalities.registered(code=CODE)[0]
    told = [] if said is None else said
    return relocations.relocate(
        municipality=found, to=to, tell=told.append, at=timezone.now()
    )  # fmt: skip


def numbers():
    with serving(municipalities.find(code=CODE)):
        return dict(Reservation.objects.filter(is_live=True).values_list("resident_id", "reservation_number"))  # fmt: skip


def left_behind(database):
    """What a cluster still knows of the municipality."""
    owner = "owner" if database == "default" else f"{database}_owner"
    with connections[owner].cursor() as cursor:
        cursor.execute(
            "SELECT 'schema' FROM pg_namespace WHERE nspname = %(schema)s "
            "UNION ALL SELECT 'role' FROM pg_roles WHERE rolname = %(schema)s "
            "UNION ALL SELECT 'slot' FROM pg_replication_slots "
            "UNION ALL SELECT 'publication' FROM pg_publication "
            "UNION ALL SELECT 'subscription' FROM pg_subscription",
            {"schema": f"m_{CODE}"},
        )
        return [what for (what,) in cursor.fetchall()]


class TestAMove:
    def test_loses_and_doubles_nothing_while_residents_book(self, moving):
        _, people = moving
        said = []
        with Crowd(people) as crowd:
            move(said=said)

        assert municipalities.find(code=CODE).database == "apart"
        assert len(crowd.told) == len(people)
        assert numbers() == crowd.told
        with serving(municipalities.find(code=CODE)):
            from venues.models import Bucket

            assert Bucket.objects.get(channel="web").taken == len(people)
        assert left_behind("default") == []
        assert any("すべて一致" in words for words in said)

    def test_goes_back_the_same_way(self, moving):
        _, people = moving
        before = claim(people[0], uuid.uuid4())
        move()
        between = claim(people[1], uuid.uuid4())
        move(to="default")

        assert set(numbers().values()) == {before, between}
        assert claim(people[2], uuid.uuid4())
        assert left_behind("apart") == []


class TestTheStop:
    def test_is_one_municipality_s_own_says_so_and_holds_against_everybody(
        self, moving, monkeypatch
    ):
        found, people = moving
        seen = {}

        def look(road):
            for host in (HOST, "staff.moving.localhost", "mihon.localhost"):
                seen[host] = Client(headers={"host": host}).get("/")
            with serving(found), pytest.raises(DatabaseError):  # a process with an old directory
                cast.resident()
            assert claim(people[0], uuid.uuid4()) is None
            switch(road)

        switch = _stop.switch
        monkeypatch.setattr(_stop, "switch", look)
        move()

        assert [seen[host].status_code for host in seen] == [503, 503, 200]
        page = seen[HOST]
        assert page.headers["Retry-After"] == "30"
        assert "数分間止めています" in page.content.decode()
        assert "引越市" in page.content.decode()

    def test_what_is_acknowledged_without_it_is_lost(self, moving, monkeypatch):
        """If this ever fails, the tests above prove nothing."""
        _, people = moving
        told = []

        def book(road):
            told.append(claim(people[0], uuid.uuid4()))
            switch(road)

        switch = _stop.switch
        monkeypatch.setattr(_stop, "switch", book)
        monkeypatch.setattr(_stop, "stop", lambda *_, **__: None)
        monkeypatch.setattr(_stop, "fence", lambda *_, **__: None)
        move()

        assert told[0] is not None
        assert told[0] not in numbers().values()

    def test_waits_for_what_is_under_way(self, moving, monkeypatch):
        """A transaction that began before the fence is copied too."""
        found, _ = moving
        begun, go_on, committed = threading.Event(), threading.Event(), []

        def work():
            with serving(found):
                with municipality_atomic():
                    person = cast.resident(name="途中　太郎")
                    begun.set()
                    go_on.wait(30)
                committed.append(person.pk)
            connections.close_all()

        def fence(road, *, patience):
            thread.start()
            begun.wait(30)
            threading.Timer(0.5, go_on.set).start()
            real(road, patience=patience)

        real = _stop.fence
        thread = threading.Thread(target=work)
        monkeypatch.setattr(_stop, "fence", fence)
        move()
        thread.join()

        from booking.models import Resident

        with serving(municipalities.find(code=CODE)):
            assert Resident.objects.filter(pk=committed[0]).exists()


class TestTheProof:
    def test_turns_back_where_a_row_differs(self, moving, monkeypatch):
        _, people = moving

        def spoil(road):
            real(road)
            with _copying.owner_of(road.target) as cursor:
                cursor.execute("UPDATE booking_voucher SET issuer_code = '999998'")

        real = _proof.set_sequences
        monkeypatch.setattr(_proof, "set_sequences", spoil)
        with pytest.raises(relocations.Unequal, match="booking_voucher"):
            move()

        assert municipalities.find(code=CODE).database == "default"
        assert claim(people[0], uuid.uuid4())
        assert left_behind("apart") == []

    def test_sequences_that_are_not_set_double_a_number(self, moving, monkeypatch):
        """Why the sequences are set: replication carries rows only."""
        monkeypatch.setattr(_proof, "set_sequences", lambda _: None)
        monkeypatch.setattr(_proof, "_sequences", lambda _: [])
        move()

        with serving(municipalities.find(code=CODE)), pytest.raises(IntegrityError):
            cast.venue()


# Every step: WAKU_EVERY_STEP=1; the others are done again by the same few words.
STEPS = ["copying", "equal", "switched"]
if os.environ.get("WAKU_EVERY_STEP"):
    STEPS = ["copying", "stopped", "equal", "switched", "ended"]


@pytest.fixture
def killed_before(monkeypatch):
    """A function: from now on the move ends as if killed, when a step's work is done but not noted."""

    def kill(step):
        def note(row, done):
            if done == step:
                raise Killed
            real(row, done)

        real = _way._note
        monkeypatch.setattr(_way, "_note", note)
        with pytest.raises(Killed):
            move()
        monkeypatch.setattr(_way, "_note", real)

    return kill


class TestAKilledMove:
    @pytest.mark.parametrize("step", STEPS)
    def test_is_taken_up_where_it_was(self, moving, killed_before, step):
        _, people = moving
        number = claim(people[0], uuid.uuid4())
        killed_before(step)
        move()

        assert municipalities.find(code=CODE).database == "apart"
        assert numbers() == {people[0].pk: number}
        assert left_behind("default") == []

    @pytest.mark.parametrize("step", [one for one in STEPS if one not in {"switched", "ended"}])
    def test_can_be_given_up_and_leaves_nothing(self, moving, killed_before, step):
        found, people = moving
        killed_before(step)
        relocations.turn_back(municipality=found, tell=lambda _: None)

        assert left_behind("apart") == []
        assert set(left_behind("default")) == {"schema", "role"}
        assert claim(people[0], uuid.uuid4())

    def test_is_neither_migrated_nor_given_up_after_the_switch(self, moving, killed_before):
        killed_before("switched")
        with pytest.raises(relocations.RelocationRefused, match="切替は済んでいます"):
            relocations.turn_back(municipality=moving[0], tell=lambda _: None)
        with pytest.raises(schemas.SchemaRefused, match="移転中"):
            schemas.migrate(municipalities.registered(code=CODE)[0])

        assert municipalities.find(code=CODE).database == "apart"


class TestRefusals:
    def test_of_a_place_that_is_not_set_up(self, moving):
        with pytest.raises(relocations.RelocationRefused, match="WAKU_MORE_DATABASES"):
            move(to="nowhere")

    def test_of_where_it_is_already(self, moving):
        with pytest.raises(relocations.RelocationRefused, match="すでに"):
            move(to="default")

    def test_of_two_at_once(self, moving):
        with schemas.alone_with(moving[0]), pytest.raises(schemas.SchemaRefused, match="続いて"):
            move()

    def test_of_a_cluster_without_the_right(self, moving, monkeypatch):
        monkeypatch.setattr(_copying, "one", lambda *_: None)
        with pytest.raises(relocations.NotReady, match="wal_level"):
            move()

    def test_of_another_name_for_the_same_database(self, moving, monkeypatch):
        """What is emptied at the end would be all there is."""
        number = claim(moving[1][0], uuid.uuid4())
        for name in ("default", "owner"):
            again = {"default": "again", "owner": "again_owner"}[name]
            same = {**connections.databases[name], "HOST": connections.databases[name]["HOST"]}
            monkeypatch.setitem(connections.databases, again, same)
        try:
            with pytest.raises(relocations.RelocationRefused, match="同じデータベース"):
                move(to="again")
        finally:
            for again in ("again", "again_owner"):
                connections[again].close()
                delattr(connections._connections, again)

        assert relocations.ongoing(moving[0]) is None
        assert numbers() == {moving[1][0].pk: number}

    def test_of_a_target_where_the_name_is_taken(self, moving):
        """Another house's rows of the same name are not written over."""
        with connections["apart_owner"].cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {moving[0].schema}")
            cursor.execute(f"CREATE TABLE {moving[0].schema}.precious AS SELECT 7 AS row")
        with pytest.raises(relocations.RelocationRefused, match="すでにスキーマ"):
            move()

        assert relocations.ongoing(moving[0]) is None
        with connections["apart_owner"].cursor() as cursor:
            cursor.execute(f"SELECT row FROM {moving[0].schema}.precious")
            assert cursor.fetchone() == (7,)


class TestAFaultInTheStop:
    def test_that_refuses_gives_the_move_up_and_opens_again(self, moving, monkeypatch):
        def too_long(*_, **__):
            raise stops.StillWriting

        monkeypatch.setattr(stops, "fence", too_long)
        with pytest.raises(relocations.NotReady, match="受付を再開し"):
            move()

        assert relocations.ongoing(moving[0]) is None
        assert claim(moving[1][0], uuid.uuid4())
        assert left_behind("apart") == []

    def test_that_does_not_catch_up_opens_again(self, moving, monkeypatch):
        def behind(*_, **__):
            raise relocations.NotReady("移転先が追いつきません。")

        monkeypatch.setattr(_copying, "wait_until_caught_up", behind)
        with pytest.raises(relocations.NotReady):
            move()

        assert claim(moving[1][0], uuid.uuid4())

    @pytest.mark.parametrize("fault", [DatabaseError, KeyboardInterrupt])
    def test_of_any_other_kind_opens_again_and_the_move_goes_on(self, moving, monkeypatch, fault):
        def fails(*_):
            raise fault

        with monkeypatch.context() as patched:
            patched.setattr(_proof, "prove", fails)
            with pytest.raises(fault):
                move()
        number = claim(moving[1][0], uuid.uuid4())
        assert number

        move()
        assert municipalities.find(code=CODE).database == "apart"
        assert numbers() == {moving[1][0].pk: number}
