"""Each copy of a municipality's data stands on a list that nobody can change, with its end (S-140)."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from privacy import backups, copies
from privacy.backups import _take
from privacy.models import AccessEntry, CopyEnd, KeptCopy
from shared.calendar import day_of
from tenancy.current import municipality_atomic, serving
from tests import cast
from tests.cast import NOW
from tests.serving import desk, look, sign_in_browser

CONSENT = "同意 第1号"


@pytest.fixture
def key(tmp_path):
    call_command("new_key_file", str(tmp_path / "backup.key"))
    return backups.read_backup_key(tmp_path / "backup.key")


@pytest.fixture
def a_copy(served):
    def listed(place="somewhere:/backups/1", at=NOW, **changes):
        given = {"kind": "backup", "consent": CONSENT, "key_name": "0123456789abcdef", "size": 1}
        return copies.register(place=place, at=at, **given | changes)

    return listed


class TestABackup:
    def test_is_listed_with_its_place_key_consent_and_life(
        self, live_municipalities, key, tmp_path
    ):
        with serving(live_municipalities.mihon):
            backups.take(to=tmp_path / "d", key=key, consent=CONSENT, at=NOW)
            until = day_of(NOW) + timedelta(days=400)
            backups.keep_keys(to=tmp_path / "k", key=key, consent=CONSENT, keep_until=until, at=NOW)
            data, keys = copies.everything()

            assert (data.kind, keys.kind) == ("backup", "backup_keys")
            assert copies.file_of(data) == tmp_path / "d"
            assert {data.key_name, keys.key_name} == {key.name}
            assert {data.consent, keys.consent} == {CONSENT}
            assert (data.keep_until, keys.keep_until) == (day_of(NOW + copies.USUAL_LIFE), until)
            assert data.size == (tmp_path / "d").stat().st_size

    def test_that_cannot_be_listed_is_none(self, live_municipalities, key, tmp_path, monkeypatch):
        def fault(**_given):
            raise RuntimeError

        monkeypatch.setattr(_take.copies, "register", fault)
        with serving(live_municipalities.mihon), pytest.raises(RuntimeError):
            backups.take(to=tmp_path / "none", key=key, consent=CONSENT, at=NOW)
        with serving(live_municipalities.mihon):
            assert not AccessEntry.objects.filter(what="backup").exists()
        assert not (tmp_path / "none").exists()


class TestTheList:
    @pytest.mark.parametrize("change", ["update", "delete"])
    @pytest.mark.parametrize("model", [KeptCopy, CopyEnd])
    def test_cannot_be_changed(self, a_copy, model, change):
        copies.destroyed(copy=a_copy(), way="消去", told_by="見本 花子", at=NOW)
        rows = model.objects.all()
        with pytest.raises(DatabaseError, match="permission denied"), municipality_atomic():
            rows._raw_delete("default") if change == "delete" else rows.update(
                **{"place" if model is KeptCopy else "way": "elsewhere"}
            )

    def test_holds_the_same_copy_once(self, a_copy):
        assert a_copy().pk == a_copy().pk
        assert a_copy(at=NOW + timedelta(days=1)).pk != a_copy().pk

    def test_holds_a_copy_of_a_copy_with_the_same_consent_key_and_day(self, a_copy, capsys):
        first = a_copy()
        call_command("copies", municipality="999997", add="tape 7, vault 2", of=first.pk)
        said = capsys.readouterr().out

        other = copies.everything().exclude(pk=first.pk).get()
        assert (other.consent, other.key_name, other.keep_until) == (
            first.consent, first.key_name, first.keep_until,
        )  # fmt: skip
        assert "tape 7, vault 2" in said
        assert AccessEntry.objects.get(what="copy_added").why == "tape 7, vault 2"
        with pytest.raises(CommandError, match="一覧にない"):
            call_command("copies", municipality="999997", add="elsewhere", of=None)


class TestDestroyed:
    def test_is_written_down_once_with_who_and_how(self, a_copy):
        copy = a_copy()
        copies.destroyed(copy=copy, way=" 媒体の破砕 ", told_by="見本 花子", at=NOW)

        (row,) = copies.everything()
        assert (row.end.way, row.end.told_by, row.end.destroyed_at) == (
            "媒体の破砕", "見本 花子", NOW,
        )  # fmt: skip
        assert AccessEntry.objects.get(what="copy_destroyed").why == "媒体の破砕"
        with pytest.raises(copies.AlreadyDestroyed):
            copies.destroyed(copy=copy, way="消去", told_by="だれか", at=NOW)

    def test_is_not_said_of_a_file_that_is_there(self, a_copy, tmp_path):
        (tmp_path / "b").write_bytes(b"x")
        copy = a_copy(copies.place_of(tmp_path / "b"))
        with pytest.raises(copies.StillThere):
            copies.destroyed(copy=copy, way="消去", told_by="見本 花子", at=NOW)
        (tmp_path / "b").unlink()
        assert copies.destroyed(copy=copy, way="消去", told_by="見本 花子", at=NOW)

    @pytest.mark.parametrize(("way", "told_by"), [("", "花子"), ("消去", " ")])
    def test_needs_a_way_and_a_name(self, a_copy, way, told_by):
        with pytest.raises(copies.NoWay):
            copies.destroyed(copy=a_copy(), way=way, told_by=told_by, at=NOW)


class TestThePage:
    def test_shows_where_until_when_and_what_is_overdue(self, a_copy):
        at = timezone.now()
        copies.destroyed(copy=a_copy("a:/gone", at=at), way="消去", told_by="見本 花子", at=at)
        a_copy("a:/late", at=at - timedelta(days=60))
        a_copy("a:/kept", at=at)
        page = desk(cast.staff("auditor")).get("/copies/").text

        for words in (
            "a:/gone",
            "a:/late",
            "a:/kept",
            "廃棄済み",
            "期限切れ",
            "保管中",
            CONSENT,
            "消去",
        ):
            assert words in page

    def test_is_not_for_operators(self, served):
        assert desk(cast.staff()).get("/copies/").status_code == 403

    @pytest.mark.browser
    def test_can_be_looked_at(self, page, address, live_municipalities):
        with serving(live_municipalities.mihon):
            at = timezone.now()
            for number, place in enumerate(
                ("backup-1:/backups/999997-2026-11-23.backup", "m_999997_spoiled")
            ):
                made = at - timedelta(days=40 * number)
                one = copies.register(
                    kind="backup",
                    place=place,
                    consent=CONSENT,
                    key_name="0123456789abcdef",
                    at=made,
                )
            copies.destroyed(copy=one, way="媒体の破砕", told_by="見本 花子", at=at)
            sign_in_browser(page, address, cast.staff("auditor"))
        page.goto(address.url("/copies/"))
        look(page, "copies")  # fmt: skip


class TestTheCommand:
    def run(self, capsys, **options):
        call_command("copies", municipality="999997", **options)
        return capsys.readouterr().out

    def test_lists_and_shreds(self, live_municipalities, key, tmp_path, capsys):
        file = tmp_path / "d"
        with serving(live_municipalities.mihon):
            backups.take(to=file, key=key, consent=CONSENT, at=NOW)
            (copy,) = copies.everything()
        assert f"{file}" in self.run(capsys) and CONSENT in self.run(capsys)
        with pytest.raises(CommandError, match="まだ残っています"):
            self.run(capsys, destroyed=copy.pk, way="消去", by="見本 花子")
        with pytest.raises(CommandError, match="必要です"):
            self.run(capsys, destroyed=copy.pk, shred=True)
        assert file.exists()
        said = self.run(capsys, destroyed=copy.pk, way="消去", by="見本 花子", shred=True)

        assert "[廃棄済み]" in said
        assert not file.exists()
        with pytest.raises(CommandError, match="一覧にない"):
            self.run(capsys, destroyed=uuid.uuid4(), way="消去", by="見本 花子")
