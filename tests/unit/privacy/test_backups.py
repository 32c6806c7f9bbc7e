"""Backups: of one moment, sealed, restored whole elsewhere or not at all, and worth nothing alone."""

import base64
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from booking import invariants
from booking.models import Reservation, Resident
from config.embedded import PostgresServer
from privacy import backups, keys
from privacy import key_file as wrapping
from privacy.backups import _container, _refusals, _take
from privacy.backups._backup_key import BackupKey
from privacy.models import AccessEntry, WrappedKey
from shared import room
from tenancy import bootstrap
from tenancy.current import serving
from tests import cast
from tests.house.dump import found_in

NAME = "見本　太郎"
TO_OTHER_CLUSTER = """
import uuid, django; django.setup()
from datetime import timedelta
from tenancy import municipalities
from tenancy.current import serving
from booking import reservations
from booking.models import Resident, Reservation
from venues.models import Bucket
from tests import cast
with serving(municipalities.find_by_host("mihon.localhost")[0]):
    first, second = Resident.objects.order_by("enrolled_at", "id")
    print(*sorted((first.name, second.name)))  # enrolled at one moment: their ids decide
    taken = Reservation.objects.get(is_live=True).resident_id
    free = second if first.pk == taken else first
    (made,) = reservations.claim(resident=free, wishes=[reservations.Wish(1, Bucket.objects.get(
        channel="web").pk)], asking=reservations.Asking(channel="web", request_key=uuid.uuid4()),
        by=None, at=cast.NOW)
    print("booked", Reservation.objects.filter(is_live=True).count())
"""


@pytest.fixture
def key_file(tmp_path):
    call_command("new_key_file", str(tmp_path / "backup.key"))
    return tmp_path / "backup.key"


@pytest.fixture
def key(key_file):
    return backups.read_backup_key(key_file)


@pytest.fixture
def filled(live_municipalities):
    """見本市 with two residents, one of whom has a reservation."""
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        one, _other = cast.resident(name=NAME), cast.resident(name="見本　花子")
        cast.reservation(one)
        yield live_municipalities.mihon


@pytest.fixture
def kept(filled, key, tmp_path):
    """Both files."""
    backups.take(to=tmp_path / "data.backup", key=key, consent="同意 第1号", at=cast.NOW)
    backups.keep_keys(to=tmp_path / "keys.backup", key=key, consent="同意 第1号", at=cast.NOW)
    return {"path": tmp_path / "data.backup", "keys_path": tmp_path / "keys.backup", "key": key}


def schemas_there(stage):
    with psycopg.connect(stage.superuser_url) as line:
        found = line.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'm\\_%'")
        roles = line.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'm\\_%'")
        return {name for (name,) in (*found, *roles)} - {"m_000000"}


class TestABackup:
    def test_counts_every_table_and_shows_nobody(self, kept):
        manifest = backups.rehearse(**kept)

        assert manifest.tables["booking_resident"][0] == 2
        assert manifest.tables["booking_reservation"][0] == 1
        assert found_in(kept["path"].read_bytes(), {"name": NAME, "code": "m_999997"}) == set()
        assert kept["path"].stat().st_mode & 0o777 == 0o600

    def test_holds_no_key_and_no_sign_in(self, kept, key):
        inside = b"".join(_container.read(kept["path"], what="data", key=key))
        wrapped = [bytes(row.wrapped).hex() for row in WrappedKey.objects.all()]

        assert "privacy_wrappedkey" not in backups.rehearse(**kept).tables
        assert found_in(inside, dict(enumerate(wrapped))) == set()

    def test_is_of_one_moment(self, filled, key, tmp_path, monkeypatch):
        """Whoever enters while it is taken is in neither the counts nor the rows."""
        counted = _take.tables_of

        def and_then_somebody_enters(*given):
            found = counted(*given)
            cast.resident(name="途中　次郎")
            return found

        monkeypatch.setattr(_take, "tables_of", and_then_somebody_enters)
        given = {"path": tmp_path / "d", "keys_path": tmp_path / "k", "key": key}
        backups.take(to=given["path"], key=key, consent="同意 第1号", at=cast.NOW)
        backups.keep_keys(to=given["keys_path"], key=key, consent="同意 第1号", at=cast.NOW)

        assert backups.rehearse(**given).tables["booking_resident"][0] == 2
        assert Resident.objects.count() == 3

    def test_is_a_copy_the_ward_has_agreed_to(self, filled, key, tmp_path, kept):
        entries = list(AccessEntry.objects.order_by("id").values_list("what", "why", "role"))
        assert entries[-2:] == [
            ("backup", "同意 第1号", "server"), ("backup_keys", "同意 第1号", "server"),
        ]  # fmt: skip
        assert backups.rehearse(**kept).consent == "同意 第1号"
        for work in (backups.take, backups.keep_keys):
            with pytest.raises(_refusals.NoConsent, match="書面による同意"):
                work(to=tmp_path / "none", key=key, consent=" ", at=cast.NOW)
        assert not (tmp_path / "none").exists()

    def test_that_cannot_be_written_down_is_none(self, filled, key, tmp_path, monkeypatch):
        def fault(**_given):
            raise RuntimeError

        monkeypatch.setattr(_take.access_log, "record", fault)
        with pytest.raises(RuntimeError):
            backups.take(to=tmp_path / "none", key=key, consent="同意", at=cast.NOW)
        assert not (tmp_path / "none").exists()

    def test_is_never_written_over_another(self, kept):
        with pytest.raises(_refusals.AlreadyThere):
            backups.take(to=kept["path"], key=kept["key"], consent="同意 第1号", at=cast.NOW)

    def test_is_not_begun_without_room(self, filled, key, tmp_path, monkeypatch):
        monkeypatch.setattr(room, "KEPT_FREE", 2**60)

        with pytest.raises(room.NoRoom, match="空き容量が足りない"):
            backups.take(to=tmp_path / "b", key=key, consent="同意 第1号", at=cast.NOW)
        assert not (tmp_path / "b").exists()

    def test_leaves_nothing_when_the_disk_is_full(self, filled, key, tmp_path, monkeypatch):
        def full(_handle):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        (folder := tmp_path / "full").mkdir()
        with pytest.raises(_refusals.DiskFull):
            backups.take(to=folder / "b", key=key, consent="同意 第1号", at=cast.NOW)
        assert list(folder.iterdir()) == []

    def test_leaves_nothing_when_the_database_breaks_off(self, filled, key, tmp_path, monkeypatch):
        monkeypatch.setattr(_take, "LEFT_OUT", ("privacy_wrappedkey --broken",))
        monkeypatch.setattr(_take.template_dump, "pg_dump", lambda: "/bin/false")
        (folder := tmp_path / "cut").mkdir()
        with pytest.raises(_refusals.DumpFailed):
            backups.take(to=folder / "b", key=key, consent="同意 第1号", at=cast.NOW)
        assert list(folder.iterdir()) == []

    def test_leaves_nothing_when_it_is_killed(self, tmp_path, key_file):
        (folder := tmp_path / "killed").mkdir()
        program = (
            "import sys, time\nfrom pathlib import Path\n"
            "from privacy.backups import _container\n"
            "from privacy.backups._backup_key import BackupKey\n"
            "def pieces():\n"
            "    yield bytes(3 * 2**20)\n"
            "    print('written', flush=True)\n"
            "    time.sleep(600)\n"
            f"_container.write(pieces(), to=Path({str(folder / 'b')!r}), what='data', "
            "key=BackupKey(bytes(32)))\n"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{program}"],
            cwd=Path(__file__).parents[3], stdout=subprocess.PIPE,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"},
        )  # fmt: skip
        assert running.stdout.readline() == b"written\n"
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()

        assert list(folder.iterdir()) == []


class TestTheBackupKey:
    def test_is_not_the_key_of_the_keys(self):
        with pytest.raises(_refusals.SameKey):
            backups.read_backup_key(settings.WAKU_KEY_FILE)

    @pytest.mark.parametrize("words", ["", "k1:!!", "k1:" + base64.b64encode(b"short").decode()])
    def test_is_refused_with_words_when_it_is_none(self, tmp_path, words):
        (tmp_path / "k").write_text(words)
        with pytest.raises(_refusals.BadKeyFile, match="バックアップ鍵を読めません"):
            backups.read_backup_key(tmp_path / "k")

    def test_that_is_another_opens_nothing(self, kept):
        with pytest.raises(_refusals.WrongBackupKey):
            backups.rehearse(**kept | {"key": BackupKey(os.urandom(32))})


class TestADamagedFile:
    def small(self, folder, key):
        _container.write([b"a" * 150], to=folder / "small", what="data", key=key)
        return (folder / "small").read_bytes()

    def read(self, folder, content, key):
        (folder / "broken").write_bytes(content)
        return b"".join(_container.read(folder / "broken", what="data", key=key))

    def test_opens_for_nobody_whichever_bit_was_changed(self, tmp_path, key):
        whole = self.small(tmp_path, key)
        for at in range(len(whole)):
            broken = bytearray(whole)
            broken[at] ^= 1
            with pytest.raises(backups.BackupRefused):
                self.read(tmp_path, bytes(broken), key)

    def test_opens_for_nobody_wherever_it_was_cut(self, tmp_path, key):
        whole = self.small(tmp_path, key)
        for length in range(len(whole)):
            with pytest.raises(backups.BackupRefused):
                self.read(tmp_path, whole[:length], key)
        with pytest.raises(_refusals.Damaged):
            self.read(tmp_path, whole + b"x", key)

    def test_lacks_no_whole_chunk_in_silence(self, tmp_path, key):
        """Cut exactly between two chunks, swapped, or joined from two files."""
        for name in "ab":
            pieces = [os.urandom(_container.CHUNK) for _ in range(3)]
            _container.write(pieces, to=tmp_path / name, what="data", key=key)
        ours, theirs = ((tmp_path / name).read_bytes() for name in "ab")
        sealed = _container.CHUNK + 16 + 4
        head = len(ours) - 3 * sealed
        first, second, third = (ours[head + n * sealed :][:sealed] for n in range(3))

        for body in (first + second, second + first + third, first + third, first + second + theirs[-sealed:]):  # fmt: skip
            with pytest.raises(_refusals.Damaged):
                self.read(tmp_path, ours[:head] + body, key)

    def test_touches_no_database(self, kept, live_municipalities, monkeypatch):
        content = bytearray(kept["path"].read_bytes())
        content[-20] ^= 1
        kept["path"].write_bytes(content)
        before = schemas_there(live_municipalities)
        with pytest.raises(_refusals.Damaged, match="何も復元していません"):
            backups.rehearse(**kept)

        assert schemas_there(live_municipalities) == before


class TestARehearsal:
    def test_leaves_nothing(self, kept, live_municipalities):
        before = schemas_there(live_municipalities)
        backups.rehearse(**kept)

        assert schemas_there(live_municipalities) == before
        assert Reservation.objects.count() == 1

    def test_finds_a_row_that_was_lost(self, kept, live_municipalities, monkeypatch):
        from privacy.backups import _replay

        copied = _replay._copy

        def losing(connection, statement, lines):
            if b"booking_voucher " in statement:
                next(lines)
            copied(connection, statement, lines)

        monkeypatch.setattr(_replay, "_copy", losing)
        before = schemas_there(live_municipalities)
        with pytest.raises(_refusals.NotTheSame, match="booking_voucher"):
            backups.rehearse(**kept)
        assert schemas_there(live_municipalities) == before

    def test_finds_what_was_wrong_before_it_was_backed_up(self, filled, key, tmp_path):
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE venues_bucket SET taken = taken + 1 WHERE channel = 'web'")
        assert invariants.broken() == ["I1 counter: 1", "I1 ledger: 1"]
        backups.take(to=tmp_path / "d", key=key, consent="同意 第1号", at=cast.NOW)
        backups.keep_keys(to=tmp_path / "k", key=key, consent="同意 第1号", at=cast.NOW)

        with pytest.raises(_refusals.NotTheSame, match="I1 counter"):
            backups.rehearse(path=tmp_path / "d", keys_path=tmp_path / "k", key=key)

    def test_refuses_a_backup_of_a_newer_house(self, kept, monkeypatch):
        from privacy.backups import _restore

        monkeypatch.setattr(_restore, "migrations_known", set)
        with pytest.raises(_refusals.TooNew):
            backups.rehearse(**kept)

    def test_never_writes_over_a_municipality(self, kept):
        with pytest.raises(_refusals.AlreadyThere, match="上書きをしません"):
            backups.restore(**kept, at=cast.NOW)


class TestKeys:
    def test_of_somebody_else_do_not_fit(self, kept, tameshi, tmp_path):
        with serving(tameshi):
            backups.keep_keys(
                to=tmp_path / "theirs", key=kept["key"], consent="同意 第1号", at=cast.NOW
            )
        with pytest.raises(_refusals.KeysDoNotFit):
            backups.rehearse(**kept | {"keys_path": tmp_path / "theirs"})

    def test_from_before_the_key_file_s_exchange_are_refused_in_words(
        self, kept, tmp_path, settings
    ):
        wrapping.make(tmp_path / "strange")
        before = settings.WAKU_KEY_FILE
        settings.WAKU_KEY_FILE = tmp_path / "strange"
        wrapping.wrapping_keys.cache_clear()
        try:
            with pytest.raises(_refusals.KeysAreWrappedElse, match="二行目"):
                backups.rehearse(**kept)
        finally:
            settings.WAKU_KEY_FILE = before
            wrapping.wrapping_keys.cache_clear()
            keys.forget_kept()

    def test_destroyed_everywhere_leave_old_backups_unreadable(self, kept, tmp_path):
        """The end of a contract: keys and their backup go; the data's backups may lie anywhere."""
        rows = list(WrappedKey.objects.all())
        keys.destroy()
        try:
            keys.create()  # as an attacker with the key file might try
            backups.keep_keys(
                to=tmp_path / "new", key=kept["key"], consent="同意 第1号", at=cast.NOW
            )
            with pytest.raises(_refusals.KeysDoNotFit):
                backups.rehearse(**kept | {"keys_path": tmp_path / "new"})
            inside = b"".join(_container.read(kept["path"], what="data", key=kept["key"]))
            assert found_in(inside, {"name": NAME}) == set()
            keys.destroy()
            with pytest.raises(_refusals.KeysDoNotFit, match="廃棄済み"):
                backups.take(
                    to=tmp_path / "late", key=kept["key"], consent="同意 第1号", at=cast.NOW
                )
        finally:
            keys.destroy()
            WrappedKey.objects.bulk_create(rows)
            keys.forget_kept()


class TestAnotherCluster:
    def test_reads_a_resident_and_books(self, filled, key_file, tmp_path):
        """Two commands here, one there."""
        files = {name: str(tmp_path / name) for name in ("data", "keys")}
        for what, file in files.items():
            call_command(
                "backup",
                what,
                municipality=filled.code,
                to=Path(file),
                backup_key=key_file,
                consent="同意 第1号",
            )
        with PostgresServer(tmp_path / "there") as there:
            bootstrap.bootstrap(
                superuser_url=there.url(), database="waku", owner_password="o", app_password="a"
            )
            environment = self.environment(there)
            self.run(environment, "bin/manage", "migrate", "directory", "--database", "owner")
            told = self.run(
                environment, "bin/manage", "restore", "--from", files["data"],
                "--keys", files["keys"], "--backup-key", str(key_file),
            )  # fmt: skip
            said = self.run(environment, "-c", TO_OTHER_CLUSTER)

        assert "を復元しました" in told and "検査済み" in told
        assert said.splitlines() == [f"{NAME} 見本　花子", "booked 2"]

    def environment(self, there):
        at = f"127.0.0.1:{urlsplit(there.url()).port}/waku"
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "WAKU_DATABASE_URL": f"postgresql://waku_app:a@{at}",
            "WAKU_OWNER_DATABASE_URL": f"postgresql://waku_owner:o@{at}",
        }

    def run(self, environment, *words):
        done = subprocess.run(
            [sys.executable, *words], cwd=Path(__file__).parents[3], env=environment,
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


class TestAKilledRestore:
    def test_leaves_nothing(self, kept, live_municipalities, key_file):
        """Killed while rows are copied: PostgreSQL forgets the transaction."""
        before = schemas_there(live_municipalities)
        program = (
            "import django, time; django.setup()\n"
            "from privacy import backups\nfrom privacy.backups import _restore\n"
            "from pathlib import Path\n"
            "def slow(*given):\n    print('half', flush=True)\n    time.sleep(600)\n"
            "_restore._put_keys = slow\n"
            f"key = backups.read_backup_key({str(key_file)!r})\n"
            f"backups.rehearse(path=Path({str(kept['path'])!r}), "
            f"keys_path=Path({str(kept['keys_path'])!r}), key=key)\n"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", program], cwd=Path(__file__).parents[3],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"},
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdout.readline() == b"half\n"
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()
        deadline = time.monotonic() + 60
        while schemas_there(live_municipalities) != before and time.monotonic() < deadline:
            time.sleep(0.1)

        assert schemas_there(live_municipalities) == before


class TestTheCommands:
    def test_say_why_in_words(self, filled, tmp_path):
        with pytest.raises(CommandError, match="バックアップ鍵を読めません"):
            call_command("backup", municipality=filled.code, to=tmp_path / "b", backup_key="")
        with pytest.raises(CommandError, match="バックアップ鍵を読めません"):
            call_command("restore", path=tmp_path / "b", keys=tmp_path / "k", backup_key="")

    def test_name_the_file_that_is_not_there(self, filled, key_file, tmp_path):
        with pytest.raises(CommandError, match="no-such"):
            call_command(
                "restore", path=tmp_path / "no-such", keys=tmp_path / "no-such", backup_key=key_file
            )

    def test_rehearse(self, kept, key_file, capsys):
        call_command(
            "restore", path=kept["path"], keys=kept["keys_path"], backup_key=key_file, rehearse=True
        )
        assert "復元できることを確かめました" in capsys.readouterr().out
