"""Containers: opened whole or not at all; every hostile one refused by name, nothing stored."""

import hashlib
import io
import json
import os
import random
import shutil
import stat
import struct
import subprocess
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import py7zr
import pytest
import pyzipper

from exchange import sealing
from exchange.layouts import ROSTER
from exchange.sealing import child, manifest, names, opening, refusals, zip_shape
from exchange.sealing.child_zip import ZipReader
from exchange.sealing.opening import Limits
from exchange.sealing.writing import Cover

PASSWORD = "dummy-password-for-tests-only"
CSV = b'"a","b"\r\n' + b"".join(
    f'"{n}","{random.Random(n).random()}"\r\n'.encode() for n in range(3000)
)
AT = datetime(2021, 6, 1, 9, tzinfo=UTC)
SEVEN_ZIP = shutil.which("7z")


def cover(**changes):
    told = {
        "layout": "TGT",
        "version": 1,
        "municipality_code": "999997",
        "base_date": "2021-04-01",
        "made_at": "2021-04-01T09:00:00+09:00",
        "rows": 3000,
        "sha256": hashlib.sha256(CSV).hexdigest(),
        "dummy": True,
    }
    return json.dumps(told | changes).encode()


def zipped(path, *entries, password=PASSWORD, nbits=256, version=2, method=pyzipper.ZIP_DEFLATED):
    with pyzipper.AESZipFile(path, "w", compression=method) as made:
        if password:
            made.setpassword(password.encode())
            made.setencryption(pyzipper.WZ_AES, nbits=nbits, force_wz_aes_version=version)
        for name, content in entries:
            made.writestr(name, content)
    return path


def sevened(path, *entries, password=PASSWORD, hidden=True):
    with py7zr.SevenZipFile(path, "w", password=password, header_encryption=hidden) as made:
        for name, content in entries:
            made.writestr(content, name)
    return path


PATIENT = Limits(seconds=60)


def opened(path, password=PASSWORD, limits=PATIENT):
    with sealing.open_container(path=path, password=password, limits=limits) as found:
        return found.stream.read(), found


def refused(path, password=PASSWORD, **options):
    with pytest.raises(refusals.Refused) as refusal:
        opened(path, password, **options)
    return type(refusal.value)


@pytest.fixture
def good(tmp_path):
    return zipped(tmp_path / "good.zip", ("TGT.csv", CSV))


@pytest.fixture
def good_seven(tmp_path):
    return sevened(tmp_path / "good.7z", ("TGT.csv", CSV))


class TestOpening:
    def test_hands_out_the_one_csv(self, good):
        content, found = opened(good)

        assert content == CSV
        assert (found.name, found.size) == ("TGT.csv", len(CSV))
        assert found.sha256 == hashlib.sha256(CSV).hexdigest()
        assert found.manifest is None

    def test_hands_out_the_csv_of_a_seven_zip(self, good_seven):
        content, found = opened(good_seven)

        assert content == CSV
        assert found.name == "TGT.csv"

    @pytest.mark.parametrize("make", [zipped, sevened])
    def test_reads_the_cover_sheet_beside_it(self, tmp_path, make):
        path = make(tmp_path / "x", ("TGT.csv", CSV), ("manifest.json", cover()))
        content, found = opened(path)

        assert content == CSV
        assert found.manifest.rows == 3000
        assert found.manifest.base_date == date(2021, 4, 1)
        assert found.manifest.dummy

    @pytest.mark.parametrize("kind", ["zip", "7z"])
    @pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not installed")
    @pytest.mark.parametrize("name", ["TGT_999997_20210401_001.csv", "対象者 名簿.CSV"])
    def test_opens_what_seven_zip_makes(self, tmp_path, kind, name):
        (tmp_path / name).write_bytes(CSV)
        how = ["-tzip", "-mem=AES256"] if kind == "zip" else ["-t7z", "-mhe=on"]
        made = tmp_path / f"made.{kind}"
        subprocess.run(
            [SEVEN_ZIP, "a", *how, f"-p{PASSWORD}", str(made), name],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

        content, found = opened(made)
        assert content == CSV
        assert found.name == name

    def test_opens_an_empty_csv(self, tmp_path):
        assert opened(zipped(tmp_path / "x.zip", ("a.csv", b"")))[0] == b""

    def test_leaves_no_file_and_no_process_behind(self, good, tmp_path):
        before, children = (listed(tmp_path), listed("/tmp")), _children()
        opened(good)
        with sealing.open_container(path=good, password=PASSWORD) as found:
            found.stream.read(10)

        assert (listed(tmp_path), listed("/tmp")) == before
        assert _children() == children

    def test_never_shows_the_password_to_other_programs(self, good):
        others = set(_children())
        with sealing.open_container(path=good, password=PASSWORD) as found:
            found.stream.read(1)
            ours = set(_children()) - others
            shown = b"".join(part.read_bytes() for pid in ours for part in _public(pid))

        assert shown
        assert PASSWORD.encode() not in shown


def _children():
    found = Path("/proc/self/task").glob("*/children")
    return [pid for known in found for pid in known.read_text().split()]


def _public(pid):
    return [Path(f"/proc/{pid}/cmdline"), Path(f"/proc/{pid}/environ")]


def listed(folder):
    return sorted(path.name for path in Path(folder).iterdir())


class TestWrongPassword:
    @pytest.mark.parametrize("password", ["wrong", "", PASSWORD + " ", "合言葉"])
    def test_is_refused_for_a_zip(self, good, password):
        assert refused(good, password) is refusals.WrongPassword

    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " ", "合言葉"])
    def test_is_refused_for_a_seven_zip(self, good_seven, password):
        assert refused(good_seven, password) is refusals.WrongPassword


class TestNotSealed:
    def test_a_plain_zip(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), password=None)

        assert refused(path) is refusals.NotSealed

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
    def test_a_plain_csv(self, tmp_path, encoding):
        path = tmp_path / "x.csv"
        path.write_bytes("氏名,生年月日\r\n見本　太郎,1950-04-01\r\n".encode(encoding))

        assert refused(path) is refusals.NotSealed

    def test_one_plain_entry_beside_a_sealed_one(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), ("manifest.json", cover()))
        raw = bytearray(path.read_bytes())
        at = raw.rfind(b"PK\x01\x02")
        raw[at + 8] &= 0xFE
        path.write_bytes(raw)

        assert refused(path) is refusals.NotSealed

    @pytest.mark.parametrize("content", [b"", b"x", os.urandom(4096), b"%PDF-1.7\x00\xff\xfe\x80"])
    def test_something_else_altogether(self, tmp_path, content):
        path = tmp_path / "x.zip"
        path.write_bytes(content)

        assert refused(path) in {refusals.NotAContainer, refusals.NotSealed}

    def test_an_excel_workbook(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as made:
            made.writestr("[Content_Types].xml", "<x/>")

        assert refused(tmp_path / "x.xlsx") is refusals.NotSealed


class TestWeakCipher:
    @pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not installed")
    def test_zipcrypto(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(CSV)
        subprocess.run(
            [SEVEN_ZIP, "a", "-tzip", "-mem=ZipCrypto", f"-p{PASSWORD}", "x.zip", "a.csv"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

        assert refused(tmp_path / "x.zip") is refusals.WeakCipher

    @pytest.mark.parametrize("nbits", [128, 192])
    def test_a_short_key(self, tmp_path, nbits):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), nbits=nbits)

        assert refused(path) is refusals.WeakCipher

    def test_a_checksum_of_the_content_in_the_open(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), version=1)

        assert refused(path) is refusals.WeakCipher

    def test_a_seven_zip_with_readable_names(self, tmp_path):
        path = sevened(tmp_path / "x.7z", ("a.csv", CSV), hidden=False)

        assert refused(path) is refusals.NamesReadable

    def test_a_seven_zip_without_password(self, tmp_path):
        path = sevened(tmp_path / "x.7z", ("a.csv", CSV), password=None, hidden=False)

        assert refused(path) is refusals.NamesReadable


class TestDamaged:
    def test_every_flipped_bit_is_refused_or_changes_nothing(self, good):
        """The moment of making and the rights in the directory are not authenticated."""
        raw = good.read_bytes()
        truth = child._verify(ZipReader(io.BytesIO(raw), PASSWORD))
        chance = random.Random(7)
        harmless = 0
        for _ in range(300):
            changed = bytearray(raw)
            changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
            try:
                found = child._verify(ZipReader(io.BytesIO(changed), PASSWORD))
            except refusals.Refused:
                continue
            harmless += 1
            assert found == truth
        assert harmless <= 3

    def test_every_flipped_bit_of_the_headers_is_refused_or_changes_nothing(self, good):
        raw = good.read_bytes()
        spots = [*range(60), *range(len(raw) - 100, len(raw))]
        for at in spots:
            changed = bytearray(raw)
            changed[at] ^= 1 << (at % 8)
            good.write_bytes(changed)
            try:
                entries = zip_shape.entries(io.BytesIO(changed))
            except refusals.Refused:
                continue
            assert [entry.unpacked for entry in entries] == [len(CSV)]

    @pytest.mark.parametrize("where", [0.2, 0.5, 0.9, 0.99])
    def test_a_flipped_byte_of_the_content(self, good, where):
        raw = bytearray(good.read_bytes())
        raw[60 + int((len(raw) - 200) * where)] ^= 0xFF
        good.write_bytes(raw)

        assert refused(good) in {refusals.Damaged, refusals.WrongPassword}

    @pytest.mark.parametrize("where", [0.01, 0.2, 0.5, 0.9, 0.999])
    def test_a_flipped_byte_of_a_seven_zip(self, good_seven, where):
        raw = bytearray(good_seven.read_bytes())
        raw[int(len(raw) * where)] ^= 0xFF
        good_seven.write_bytes(raw)

        assert refused(good_seven) in {
            refusals.Damaged,
            refusals.WrongPassword,
            refusals.NamesReadable,
        }

    @pytest.mark.parametrize("make", ["good", "good_seven"])
    def test_every_truncation(self, make, request):
        path = request.getfixturevalue(make)
        raw = path.read_bytes()
        for size in random.Random(3).sample(range(8, len(raw)), 50):
            path.write_bytes(raw[:size])

            with pytest.raises(refusals.Refused):
                sealing.look_at(path)

    def test_something_before_or_behind(self, good):
        raw = good.read_bytes()
        for changed in (b"MZ" + raw, raw + b"x", raw + raw, raw[:4] + b"\x00" * 10 + raw[4:]):
            good.write_bytes(changed)

            with pytest.raises(refusals.Refused):
                sealing.look_at(good)

    def test_a_comment(self, good):
        raw = bytearray(good.read_bytes())
        raw[-2:] = struct.pack("<H", 5)
        good.write_bytes(raw + b"hello")

        assert refused(good) is refusals.Damaged


class TestBomb:
    def test_a_zip_that_says_so(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", bytes(30_000_000)))
        began = time.monotonic()

        assert refused(path) is refusals.TooLarge
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("said", [1000, 2_000_000])
    def test_a_zip_that_lies_about_its_size(self, tmp_path, said):
        path = zipped(tmp_path / "x.zip", ("a.csv", bytes(30_000_000)))
        raw = path.read_bytes().replace(struct.pack("<L", 30_000_000), struct.pack("<L", said))
        path.write_bytes(raw)

        assert refused(path) is refusals.Damaged

    def test_more_than_five_hundred_megabytes(self, good):
        raw = good.read_bytes().replace(
            struct.pack("<L", len(CSV)), struct.pack("<L", zip_shape.MAX_UNPACKED + 1)
        )
        good.write_bytes(raw)

        assert refused(good) is refusals.TooLarge

    def test_a_seven_zip(self, tmp_path):
        path = sevened(tmp_path / "x.7z", ("a.csv", bytes(60_000_000)))

        assert refused(path) is refusals.TooLarge

    @pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not installed")
    def test_a_dictionary_larger_than_our_memory(self, tmp_path):
        how = ["-mhe=on", "-m0=LZMA:d=512m:a=0:fb=5", f"-p{PASSWORD}", "-sia.csv"]
        subprocess.run(
            [SEVEN_ZIP, "a", *how, "x.7z"],
            cwd=tmp_path,
            input=CSV,
            check=True,
            capture_output=True,
        )

        assert refused(tmp_path / "x.7z") is refusals.TooLarge

    def test_entries_that_overlap(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), ("manifest.json", cover()))
        raw = bytearray(path.read_bytes())
        at = raw.rfind(b"PK\x01\x02")
        raw[at + 42 : at + 46] = struct.pack("<L", 0)
        path.write_bytes(raw)

        assert refused(path) is refusals.Damaged

    def test_a_gap_between_entries(self, good):
        raw = good.read_bytes()
        at = raw.index(b"PK\x01\x02")
        start = struct.pack("<L", at)
        good.write_bytes(
            (raw[:at] + b"hidden" + raw[at:]).replace(start, struct.pack("<L", at + 6))
        )

        assert refused(good) is refusals.Damaged

    def test_what_takes_too_long_is_ended(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", os.urandom(40_000_000)))
        began, children = time.monotonic(), _children()

        assert refused(path, limits=Limits(seconds=0)) is refusals.TooSlow
        assert time.monotonic() - began < 5
        assert _children() == children

    def test_what_needs_too_much_memory_is_ended(self, good_seven):
        assert refused(good_seven, limits=Limits(seconds=60, megabytes=1)) in {
            refusals.TooLarge,
            refusals.Damaged,
        }


class TestEntries:
    @pytest.mark.parametrize("make", [zipped, sevened])
    @pytest.mark.parametrize("extra", ["b.csv", "readme.txt", "folder/"])
    def test_anything_beside_the_csv(self, tmp_path, make, extra):
        path = make(tmp_path / "x", ("a.csv", CSV), (extra, b"x"))

        assert refused(path) in {refusals.ExtraEntries, refusals.BadEntryName}

    @pytest.mark.parametrize("make", [zipped, sevened])
    def test_three_entries(self, tmp_path, make):
        path = make(tmp_path / "x", ("a.csv", CSV), ("manifest.json", cover()), ("b.csv", b"x"))

        assert refused(path) is refusals.ExtraEntries

    @pytest.mark.parametrize("make", [zipped, sevened])
    def test_a_cover_sheet_alone(self, tmp_path, make):
        assert refused(make(tmp_path / "x", ("manifest.json", cover()))) is refusals.ExtraEntries

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize("again", ["a.csv", "A.CSV"])
    def test_two_of_one_name(self, tmp_path, again):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), (again, b"other"))

        assert refused(path) is refusals.BadEntryName

    @pytest.mark.parametrize(
        "name",
        [
            "../a.csv",
            "/etc/a.csv",
            "folder/a.csv",
            "..\\a.csv",
            "C:\\a.csv",
            "C:a.csv",
            ".a.csv",
            "a\x07.csv",
            "a\u202evsc.csv",
            "a.txt",
            "a.csv.exe",
            "csv",
            "a\n.csv",
            "a" * 200 + ".csv",
        ],
    )
    def test_tricky_names(self, tmp_path, name):
        assert refused(zipped(tmp_path / "x.zip", (name, CSV))) is refusals.BadEntryName

    def test_a_nul_in_a_name(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("aXb.csv", CSV))
        path.write_bytes(path.read_bytes().replace(b"aXb.csv", b"a\x00b.csv"))

        assert refused(path) is refusals.BadEntryName

    def test_two_headers_that_disagree_about_the_name(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("aXb.csv", CSV))
        path.write_bytes(path.read_bytes().replace(b"aXb.csv", b"aYb.csv", 1))

        assert refused(path) is refusals.Damaged

    @pytest.mark.parametrize("make", [zipped, sevened])
    @pytest.mark.parametrize("name", ["inner.zip", "inner.7z", "a.csv.gz"])
    def test_an_archive_inside(self, tmp_path, make, name):
        assert refused(make(tmp_path / "x", (name, b"x"))) is refusals.NestedArchive

    @pytest.mark.parametrize("make", [zipped, sevened])
    @pytest.mark.parametrize("start", [b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"])
    def test_an_archive_inside_that_is_called_csv(self, tmp_path, make, start):
        path = make(tmp_path / "x", ("a.csv", start + os.urandom(100)))

        assert refused(path) is refusals.NestedArchive

    @pytest.mark.parametrize("method", [pyzipper.ZIP_BZIP2, pyzipper.ZIP_LZMA])
    def test_another_way_of_packing(self, tmp_path, method):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), method=method)

        assert refused(path) is refusals.UnknownCompression

    def test_a_link(self, tmp_path):
        (tmp_path / "a.csv").symlink_to("/etc/hostname")
        with py7zr.SevenZipFile(
            tmp_path / "x.7z", "w", password=PASSWORD, header_encryption=True
        ) as made:
            made.write(tmp_path / "a.csv", "a.csv")

        assert refused(tmp_path / "x.7z") is refusals.ExtraEntries


class TestCoverSheet:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{}",
            b"[]",
            b"\xff",
            b"{" * 2000,
            cover(extra=1),
            cover(rows="3000"),
            cover(rows=-1),
            cover(rows=True),
            cover(dummy="true"),
            cover(dummy=1),
            cover(version=0),
            cover(municipality_code="99999"),
            cover(base_date="2021-02-30"),
            cover(base_date="20210401"),
            cover(made_at="2021-04-01T09:00:00"),
            cover(made_at="yesterday"),
            cover(sha256="A" * 64),
            cover(layout="tgt"),
            cover()[:-1] + b', "rows": 1}',
            cover().replace(b'"rows": 3000, ', b""),
        ],
    )
    def test_is_ours_or_refused(self, raw):
        with pytest.raises(refusals.BadManifest):
            manifest.read(raw)

    def test_must_tell_the_truth_about_the_csv(self, tmp_path):
        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), ("manifest.json", cover(sha256="0" * 64)))

        assert refused(path) is refusals.BadManifest

    def test_may_not_be_large(self, tmp_path):
        raw = cover() + b" " * manifest.MAX_SIZE

        path = zipped(tmp_path / "x.zip", ("a.csv", CSV), ("manifest.json", raw))
        assert refused(path) is refusals.BadManifest

    def test_comes_back_as_written(self):
        told = manifest.read(cover())

        assert manifest.read(told.write()) == told


class TestSealing:
    @pytest.fixture
    def sealed(self, tmp_path):
        rows = [[column.example for column in ROSTER.columns]] * 3
        return sealing.seal(
            cover=Cover(ROSTER, "999997", date(2021, 6, 1), dummy=True),
            rows=rows,
            to=tmp_path / "made.sealed",
            password=PASSWORD,
            at=AT,
        )

    def test_opens_again(self, sealed):
        content, found = opened(sealed.path)

        assert found.name == "RST_999997_20210601_001.csv"
        assert found.manifest == sealed.manifest
        assert found.manifest.rows == 3
        assert content.count(b"\r\n") == 4

    @pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not installed")
    def test_opens_with_seven_zip(self, sealed, tmp_path):
        out = tmp_path / "out"
        subprocess.run(
            [SEVEN_ZIP, "x", f"-p{PASSWORD}", f"-o{out}", str(sealed.path)],
            check=True,
            capture_output=True,
        )

        assert listed(out) == ["RST_999997_20210601_001.csv", "manifest.json"]
        told = json.loads((out / "manifest.json").read_bytes())
        content = (out / "RST_999997_20210601_001.csv").read_bytes()
        assert told["sha256"] == hashlib.sha256(content).hexdigest()

    def test_only_we_may_read_it(self, sealed):
        assert stat.S_IMODE(sealed.path.stat().st_mode) == 0o600

    def test_is_known_by_its_digest(self, sealed):
        raw = sealed.path.read_bytes()

        assert sealed.sha256 == hashlib.sha256(raw).hexdigest()
        assert sealed.size == len(raw)

    def test_shows_nothing_of_its_content(self, sealed):
        raw = sealed.path.read_bytes()

        assert "見本".encode() not in raw
        assert b"9990000001" not in raw

    def test_never_replaces_a_file(self, sealed):
        with pytest.raises(FileExistsError):
            sealing.seal(
                cover=Cover(ROSTER, "999997", date(2021, 6, 1), dummy=True),
                rows=[],
                to=sealed.path,
                password=PASSWORD,
                at=AT,
            )

    def test_leaves_nothing_when_a_row_fails(self, tmp_path):
        with pytest.raises(ValueError, match="cells"):
            sealing.seal(
                cover=Cover(ROSTER, "999997", date(2021, 6, 1), dummy=True),
                rows=[["too", "short"]],
                to=tmp_path / "x",
                password=PASSWORD,
                at=AT,
            )

        assert listed(tmp_path) == []


class TestPassword:
    def test_is_long_and_has_no_letters_that_look_alike(self):
        password = sealing.make_password()

        assert len(password) >= 20
        assert not set(password) & set("0Oo1lIi2Zz5Ss8B9gquv")

    def test_is_never_the_same(self):
        assert len({sealing.make_password() for _ in range(1000)}) == 1000

    def test_is_shown_in_groups_that_join_to_it(self):
        password = sealing.make_password()

        assert "".join(sealing.grouped(password)) == password
        assert max(map(len, sealing.grouped(password))) == 4


class TestRefusals:
    def test_each_brings_its_own_words(self):
        words = [refusal.words for refusal in refusals.BY_NAME.values()]

        assert len(set(words)) == len(words)
        assert all(said.endswith("。") for said in words)

    def test_the_second_pass_must_repeat_the_first(self):
        content = opening._Content(io.BytesIO(b"other"), size=5, sha256="0" * 64)

        with pytest.raises(refusals.Damaged):
            content.readall()

    def test_the_second_pass_may_not_stop_early(self):
        content = opening._Content(io.BytesIO(b"ab"), size=5, sha256="0" * 64)

        with pytest.raises(refusals.Damaged):
            content.readall()

    def test_names_are_folded_before_they_are_compared(self):
        with pytest.raises(refusals.BadEntryName):
            names.the_csv_among(["a.csv", "A.csv"])
