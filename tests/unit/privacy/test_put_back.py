"""Putting back in place: one municipality rests and comes back whole, or stays; others go on."""

import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from booking import reservations
from booking.models import Reservation, Resident
from notifications import deliveries
from notifications.models import Attempt, Message
from privacy import access_log, backups, chain_links, copies, log_anchors, verifying
from privacy.backups import _put_back, _refusals
from privacy.models import AccessEntry
from privacy.verifying import Kind
from tenancy import live, municipalities, stops
from tenancy.current import serving
from tenancy.directory.models import Municipality
from tests import cast
from tests.carrying import promise

NAME, REASON = "見本　太郎", "誤操作のため 第3号"
SCHEMA, SPOILED = "m_999997", "m_999997_spoiled"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.WAKU_DIRECTORY_SECONDS = 0


@pytest.fixture
def superuser(live_municipalities):
    with psycopg.connect(live_municipalities.superuser_url, autocommit=True) as line:
        yield line
        line.execute(f"DROP SCHEMA IF EXISTS {SPOILED} CASCADE")


@pytest.fixture
def kept(live_municipalities, superuser, tmp_path):
    """Both files of 見本市, with one reservation and one message due; what the commands need."""
    call_command("new_key_file", str(tmp_path / "backup.key"))
    key = backups.read_backup_key(tmp_path / "backup.key")
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        cast.reservation(cast.resident(name=NAME))
        promise(at=timezone.now())
        live.publish(topic="places", body={"a": 1}, at=timezone.now())
        for what, work in (("data", backups.take), ("keys", backups.keep_keys)):
            work(to=tmp_path / what, key=key, consent="同意 第1号", at=timezone.now())
    yield {"path": tmp_path / "data", "keys_path": tmp_path / "keys", "key": key}
    Municipality.objects.using("owner").update(stopped_at=None)
    municipalities.forget_kept()


def put_back(kept, tell=lambda _words: None, reason=REASON):
    return backups.put_back(**kept, reason=reason, tell=tell, at=timezone.now())


def page(host):
    return Client().get("/", headers={"host": host})


def spoil(superuser):
    for table in ("booking_reservationevent", "booking_reservation"):
        superuser.execute(f"TRUNCATE {SCHEMA}.{table} CASCADE")
    superuser.execute(f"UPDATE {SCHEMA}.venues_bucket SET taken = capacity")


class TestASpoiledMunicipality:
    def test_comes_back_and_is_served(self, kept, live_municipalities, superuser):
        spoil(superuser)
        done = put_back(kept)

        with serving(live_municipalities.mihon):
            assert Reservation.objects.get().resident.name == NAME
            entry = AccessEntry.objects.get(what="restored")
            assert (entry.why, entry.role) == (REASON, "server")
        assert page("mihon.localhost").status_code == 200
        assert done.aside == SPOILED
        assert done.otherwise["booking_reservation"] == (1, 0)

    def test_rests_alone_while_others_book(self, kept, live_municipalities, superuser):
        """Its neighbour books all the while; nobody there is refused anything."""
        spoil(superuser)
        with serving(live_municipalities.tameshi):
            cast.everybody_may_book()
            bucket = cast.slot(web=500)[1].pk
            people = [cast.resident() for _ in range(8)]
        over, told, failed, seen = threading.Event(), [], [], []

        def press():
            try:
                for one in people * 1000:
                    with serving(live_municipalities.tameshi):
                        made = reservations.claim(
                            resident=one, wishes=[reservations.Wish(1, bucket)],
                            asking=reservations.Asking(channel="web", request_key=one.pk), by=None,
                            at=cast.NOW,
                        )  # fmt: skip
                    told.append(made[0].reservation_number)
                    if over.is_set():
                        return
            except Exception as fault:  # noqa: BLE001 - told below
                failed.append(fault)
            finally:
                connections.close_all()

        def look(words):
            if "止めます" in words:
                return
            seen.append(page("tameshi.localhost").status_code)

        def stopped(municipality, **given):
            stop(municipality, **given)
            seen.extend(page(host).status_code for host in ("mihon.localhost", "tameshi.localhost"))

        stop = stops.stop
        thread = threading.Thread(target=press)
        thread.start()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(stops, "stop", stopped)
                put_back(kept, tell=look)
        finally:
            over.set()
            thread.join()

        assert seen == [503, 200, 200]
        assert not failed and len(told) > 1 and len(set(told)) <= len(people)

    def test_what_was_after_the_backup_is_set_aside_for_the_owner_alone(
        self, kept, live_municipalities, superuser
    ):
        with serving(live_municipalities.mihon):
            later = cast.resident(name="後から　花子")
        put_back(kept)

        with serving(live_municipalities.mihon):
            assert not Resident.objects.filter(pk=later.pk).exists()
        rows = superuser.execute(f"SELECT count(*) FROM {SPOILED}.booking_resident").fetchone()
        assert rows == (2,)
        allowed = "SELECT has_schema_privilege(%s, %s, 'USAGE')"
        assert superuser.execute(allowed, [SCHEMA, SPOILED]).fetchone() == (False,)

    def test_a_lost_one_comes_back(self, kept, live_municipalities, superuser):
        superuser.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        done = put_back(kept)

        assert done.otherwise == {}
        with serving(live_municipalities.mihon):
            assert Reservation.objects.get().resident.name == NAME
        assert page("mihon.localhost").status_code == 200


class TestTheWorldOutside:
    """It has gone on since the backup."""

    def test_nothing_that_was_due_is_sent_again(self, kept, live_municipalities):
        with serving(live_municipalities.mihon):
            due = set(Message.objects.values_list("pk", flat=True))
        put_back(kept)

        with serving(live_municipalities.mihon):
            found = {(row.state, row.error_code) for row in Message.objects.all()}
            assert found == {("unknown", "restored")}
            assert set(Message.objects.for_a_person().values_list("pk", flat=True)) == due
            deliveries.sweep(at=timezone.now() + timedelta(minutes=20))
            assert not deliveries.deliver_due(at=timezone.now() + timedelta(minutes=21))
            assert not Attempt.objects.exists()

    def test_it_would_be_without_the_doubt(self, kept, live_municipalities, settings):
        settings.WAKU_AFTER_RESTORE = []
        put_back(kept)

        with serving(live_municipalities.mihon):
            assert Message.objects.filter(state="pending").exists()

    def test_no_picture_has_a_number_that_was_shown_before(self, kept, live_municipalities):
        with serving(live_municipalities.mihon):
            for number in range(3):
                shown = live.publish(topic="places", body={"b": number}, at=timezone.now()).seq
        put_back(kept)

        with serving(live_municipalities.mihon):
            assert live.sequences(["places"])["places"] > shown


class TestTheLog:
    """The second place remembers what was written after the backup."""

    @pytest.fixture
    def anchored(self, kept, live_municipalities, tmp_path, settings):
        settings.WAKU_ANCHOR_FOLDER = str(tmp_path)

        def write(*, at):
            with serving(live_municipalities.mihon):
                access_log.record(what="view", resident_id=uuid.uuid4(), by=None, at=at)
                chain_links.append(at=at)
                log_anchors.tell_due(at=at)

        return write

    def verified(self, live_municipalities):
        with serving(live_municipalities.mihon):
            chain_links.append(at=timezone.now())
            report = verifying.verify(at=timezone.now())
        return {one.kind for one in report.findings}

    def test_that_nothing_was_added_to_stands(self, kept, live_municipalities, anchored):
        put_back(kept)

        assert self.verified(live_municipalities) == set()

    def test_is_said_to_be_cut_off_where_the_backup_ends(self, kept, live_municipalities, anchored):
        """As it is: those lines are in the data that was set aside, and whoever restored says so."""
        anchored(at=timezone.now())
        put_back(kept)

        assert self.verified(live_municipalities) & {Kind.CUT_OFF, Kind.OTHER_HEAD}


class TestAFailure:
    def stays(self, live_municipalities):
        with serving(live_municipalities.mihon):
            assert Resident.objects.count() == 2
        assert page("mihon.localhost").status_code == 200

    @pytest.fixture
    def later(self, kept, live_municipalities):
        with serving(live_municipalities.mihon):
            cast.resident()

    def test_of_the_checks_leaves_what_was_there(
        self, kept, later, live_municipalities, superuser, monkeypatch
    ):
        def fails(_municipality):
            raise _refusals.NotTheSame

        monkeypatch.setattr(_put_back, "must_hold", fails)
        with pytest.raises(_refusals.NotTheSame):
            put_back(kept)
        self.stays(live_municipalities)
        there = superuser.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SPOILED])
        assert there.fetchone() is None

    def test_of_the_file_stops_nobody(self, kept, later, live_municipalities):
        content = bytearray(kept["path"].read_bytes())
        content[-20] ^= 1
        kept["path"].write_bytes(content)
        with pytest.raises(_refusals.Damaged):
            put_back(kept, tell=lambda _words: pytest.fail("stopped"))
        self.stays(live_municipalities)

    def test_with_nothing_there_keeps_the_calm_page(
        self, kept, live_municipalities, superuser, monkeypatch
    ):
        def fails(_municipality):
            raise _refusals.NotTheSame

        superuser.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        with monkeypatch.context() as patch:
            patch.setattr(_put_back, "must_hold", fails)
            with pytest.raises(_refusals.NotTheSame):
                put_back(kept)
        assert page("mihon.localhost").status_code == 503
        put_back(kept)
        assert page("mihon.localhost").status_code == 200

    def test_killed_half_way_it_is_begun_again(
        self, kept, later, live_municipalities, superuser, monkeypatch
    ):
        """As after kill -9: nothing is tidied up. What was there first is still what is aside."""

        class Killed(BaseException):
            pass

        def dies(_municipality):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(_put_back, "must_hold", dies)
            patch.setattr(_put_back, "_as_before", lambda *_given, **_named: None)
            with pytest.raises(Killed):
                put_back(kept)
        assert page("mihon.localhost").status_code == 503
        put_back(kept)

        assert page("mihon.localhost").status_code == 200
        rows = superuser.execute(f"SELECT count(*) FROM {SPOILED}.booking_resident").fetchone()
        assert rows == (2,)


class TestTheCommand:
    def test_puts_back_and_shreds_what_it_set_aside(
        self, kept, live_municipalities, superuser, tmp_path, capsys
    ):
        files = {"path": kept["path"], "keys": kept["keys_path"], "in_place": True}
        files["backup_key"] = tmp_path / "backup.key"
        with pytest.raises(CommandError, match="--reason"):
            call_command("restore", **files)
        call_command("restore", **files, reason=REASON)
        assert "その場で復元しました" in capsys.readouterr().out
        with pytest.raises(CommandError, match="--shred-spoiled"):
            call_command("restore", **files, reason=REASON)
        call_command("restore", shred_spoiled="999997", reason=REASON)

        there = superuser.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SPOILED])
        assert there.fetchone() is None
        with serving(live_municipalities.mihon):
            assert AccessEntry.objects.filter(what="spoiled_shredded").exists()
            listed = {one.kind: hasattr(one, "end") for one in copies.everything()}
            assert listed == {"backup": False, "spoiled": True}
        with pytest.raises(CommandError, match="はありません"):
            call_command("restore", shred_spoiled="999997", reason=REASON)

    def test_knows_nobody_else(self, kept, live_municipalities):
        rows = Municipality.objects.using("owner").filter(code="999989")
        with pytest.raises(_refusals.NotThere):
            _put_back._known("131041")
        assert rows.get().stopped_at is None
