"""Containers: every one of ours is proved to its last row; every hostile one leaves nothing."""

import io
import json
import random
import shutil
import subprocess
from datetime import UTC, date, datetime

import py7zr
import pytest

from exchange import sealing as platform
from exchange.layouts import INCIDENT, RESULTS, ROSTER, TARGET_LIST, WIDE_RESULTS
from tests.unit.wardside.conftest import CODE, names
from tests.unit.wardside.packing import PASSWORD, csv_of, entries_of, packed, zipped
from wardside import layouts, sealing
from wardside.sealing import passwords
from wardside.sealing.refusals import Refused

ROWS = [
    ("", "20260530103015", CODE, f"{9990000000 + at}", "1", "1", "20260530", "ダミー会場",
     "架空　医師", "ファイザー", "DUMMY01")
    for at in range(200)
]  # fmt: skip
NAME = "RES_999997_20260531_001.csv"
THEIRS = [TARGET_LIST, ROSTER, INCIDENT, RESULTS, WIDE_RESULTS]
SEVEN_ZIP = shutil.which("7z")


@pytest.fixture
def good(tmp_path):
    return packed(tmp_path / "good.zip", "RES", ROWS)


@pytest.fixture
def check(run):
    def check(path, *words, command="check", password=PASSWORD):
        return run(command, "--container", path, *words, password=password)

    return check


MARK = platform.Mark("M20260501-001", "見本市　見本　太郎", "当日の会場での受付")


class TestLayouts:
    @pytest.mark.parametrize("theirs", THEIRS, ids=lambda one: one.id)
    def test_are_the_platform_s_own(self, theirs):
        ours = layouts.load(theirs.id.lower())

        assert (ours.id, ours.version) == (theirs.id, theirs.version)
        assert ours.headers == theirs.headers
        assert [one.item for one in ours.columns] == [one.item for one in theirs.columns]

    @pytest.mark.parametrize("theirs", THEIRS, ids=lambda one: one.id)
    def test_what_the_platform_seals_is_opened(self, check, tmp_path, out, theirs):
        rows = [tuple(column.example for column in theirs.columns)]
        path = tmp_path / "theirs.zip"
        sealed = platform.seal(
            cover=platform.Cover(theirs, CODE, date(2026, 5, 1), dummy=True, mark=MARK),
            rows=rows,
            to=path,
            password=PASSWORD,
            at=datetime(2026, 5, 1, 9, tzinfo=UTC),
            beside={"report.txt": [b"x"]} if theirs is INCIDENT else None,
        )
        ran = check(path, "--municipality", CODE)

        assert (ran.exit, ran.err) == (0, "")
        assert sealed.manifest.sha256 in ran.out
        assert all(words in ran.out for words in (MARK.number, MARK.issued_by, MARK.purpose))
        assert check(path, "--out", out, "--write", command="open").exit == 0
        assert next(out.iterdir()).read_bytes() == b"".join(_written(theirs, rows))


def _written(layout, rows):
    from exchange.layouts.writing import write

    return write(layout=layout, rows=rows)


class TestCheck:
    def test_proves_rows_digest_and_cover_sheet_and_writes_nothing(self, check, good, tmp_path):
        before = names(tmp_path)
        ran = check(good)

        assert ran.exit == 0
        assert "件数 200" in ran.out and "一致" in ran.out
        assert names(tmp_path) == before

    def test_password_may_be_typed_with_its_gaps_or_lie_in_a_file(self, check, good, tmp_path):
        spaced = " ".join(sealing.grouped(PASSWORD)) + "\r\n"
        (tmp_path / "password.txt").write_text(spaced)

        assert check(good, password=spaced).exit == 0
        assert check(good, "--password-file", tmp_path / "password.txt", password=None).exit == 0

    @pytest.mark.parametrize("told", ["", "  ", "x" * 2000])
    def test_a_password_that_is_none_is_asked_again(self, check, good, told):
        assert check(good, password=told).exit == 2

    def test_rows_with_errors_are_told_by_row(self, check, tmp_path):
        bad = list(ROWS[0])
        bad[3] = "12"
        ran = check(packed(tmp_path / "bad.zip", "RES", [ROWS[1], bad]))

        assert ran.exit == 1
        assert "3行目 接種券番号 E14" in ran.out

    def test_the_wide_shape_has_no_header_and_a_blank_first_column(self, check, tmp_path):
        wide = ["", "20260530103015", "20260530", "9990000001", CODE, "会場", "", "", "", *[""] * 8]

        assert check(packed(tmp_path / "w.zip", "RESW", [wide])).exit == 0
        filled = ["123", *wide[1:]]
        assert check(packed(tmp_path / "f.zip", "RESW", [filled])).exit == 3


class TestOpen:
    def test_is_a_dry_run_first(self, check, good, out):
        assert check(good, "--out", out, command="open").exit == 0
        assert names(out) == []

    def test_takes_the_very_bytes_out(self, check, good, out):
        assert check(good, "--out", out, "--write", command="open").exit == 0
        (made,) = out.iterdir()
        assert made.read_bytes() == csv_of(layouts.load("res"), ROWS)
        assert made.stat().st_mode & 0o777 == 0o600


def manifest_of(path, **changes):
    told = json.loads(entries_of(path)["manifest.json"]) | changes
    return json.dumps(told).encode()


class TestHostile:
    def test_every_flipped_bit_and_every_cut_is_refused(self, good, tmp_path):
        dice, raw = random.Random(7), good.read_bytes()
        path = tmp_path / "spoilt.zip"
        spoilt = [raw[: dice.randrange(len(raw))] for _ in range(25)]
        for _ in range(75):
            changed = bytearray(raw)
            changed[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
            spoilt.append(bytes(changed))
        taken = []
        for one in spoilt:
            path.write_bytes(one)
            try:
                with sealing.opened(path=path, password=PASSWORD) as found:
                    taken.append((found.manifest, found.stream.read()))
            except Refused:
                continue
        with sealing.opened(path=good, password=PASSWORD) as found:
            honest = found.manifest

        # A time in a header is nobody's content: what still opens must be the very same.
        assert len(taken) < 10
        assert all(manifest == honest for manifest, _ in taken)

    def test_a_wrong_password(self, check, good, out):
        ran = check(good, "--out", out, "--write", command="open", password="wrong")

        assert ran.exit == 3
        assert "パスワードが違います" in ran.err or "書き換え" in ran.err
        assert names(out) == []

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"PK",
            b"a,b\r\n1,2\r\n",
            b"\x00" * 99,
            b"PK\x03\x04" + b"x" * 99,
            b"7z\xbc\xaf\x27\x1c",
        ],
    )
    def test_what_is_no_container(self, check, tmp_path, content):
        path = tmp_path / "x.zip"
        path.write_bytes(content)

        assert check(path).exit == 3

    def test_a_seven_zip_says_what_opens_it(self, check, tmp_path):
        path = tmp_path / "x.7z"
        with py7zr.SevenZipFile(path, "w", password=PASSWORD, header_encryption=True) as made:
            made.writestr(b"a", NAME)

        assert "7-Zip" in check(path).err

    @pytest.mark.parametrize("options", [{"nbits": 128}, {"version": 1}, {"password": ""}])
    def test_a_weak_cipher(self, check, tmp_path, good, options):
        entries = entries_of(good)
        path = zipped(tmp_path / "weak.zip", *entries.items(), **options)

        assert check(path).exit == 3

    @pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not installed")
    def test_the_old_cipher_of_zip(self, check, tmp_path, good):
        for name, content in entries_of(good).items():
            (tmp_path / name).write_bytes(content)
        command = [SEVEN_ZIP, "a", "-tzip", "-mem=ZipCrypto", f"-p{PASSWORD}", "old.zip"]
        subprocess.run(
            [*command, NAME, "manifest.json"], cwd=tmp_path, check=True, capture_output=True
        )

        assert check(tmp_path / "old.zip").exit == 3

    def test_a_bomb(self, check, tmp_path, good, out):
        zeros = b"0" * (30 * 1024 * 1024)
        path = zipped(tmp_path / "bomb.zip", (NAME, zeros), ("manifest.json", manifest_of(good)))
        ran = check(path, "--out", out, "--write", command="open")

        assert ran.exit == 3
        assert "大きすぎます" in ran.err
        assert names(out) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"rows": 199},
            {"rows": True},
            {"sha256": "0" * 64},
            {"municipality_code": "131041"},
            {"layout": "RST"},
            {"extra": 1},
            {"mark": None},
            {"mark": {"number": "M1", "issued_by": "x"}},
            {"mark": {"number": "M1", "issued_by": "x", "purpose": ""}},
            {"mark": {"number": "M1", "issued_by": "x\n  SHA-256 agrees", "purpose": "y"}},
            {"mark": {"number": "M1", "issued_by": "\u202ex", "purpose": "y"}},
            {"mark": {"number": "M1", "issued_by": "x" * 121, "purpose": "y"}},
            {"version": "1"},
            {"made_at": "2026-05-31T09:00:00"},
        ],
    )
    def test_a_cover_sheet_that_lies(self, check, tmp_path, good, changes, out):
        told = manifest_of(good, **changes)
        path = zipped(tmp_path / "lie.zip", (NAME, entries_of(good)[NAME]), ("manifest.json", told))
        ran = check(path, "--out", out, "--write", command="open")

        assert ran.exit == 3
        assert "manifest" in ran.err
        assert names(out) == []

    @pytest.mark.parametrize(
        "entries",
        [
            [(NAME, b"a")],
            [(NAME, b"a"), ("evil.exe", b"x"), ("manifest.json", b"{}")],
            [("../" + NAME, b"a"), ("manifest.json", b"{}")],
            [("meibo.csv", b"a"), ("manifest.json", b"{}")],
            [(NAME, b"a"), (NAME.replace("001", "002"), b"a"), ("manifest.json", b"{}")],
            [(NAME, b"a"), ("manifest.json", b"[" * 10_000)],
            [(NAME, b"a"), ("manifest.json", b" " * 20_000)],
        ],
    )
    def test_entries_nobody_agreed_on(self, check, tmp_path, entries):
        ran = check(zipped(tmp_path / "x.zip", *entries))

        assert ran.exit == 3
        assert "Traceback" not in ran.err

    def test_another_municipality_s_file(self, check, tmp_path):
        path = packed(tmp_path / "theirs.zip", "RES", ROWS[:1], code="131041")

        assert check(path, "--municipality", CODE).exit == 3

    def test_a_changed_file_between_proof_and_reading(self, tmp_path):
        """The bytes handed out are those that were proved, or none."""
        dice, path = random.Random(5), tmp_path / "moving.zip"
        packed(path, "RES", [], raw=dice.randbytes(400_000), counted=1)
        other = packed(tmp_path / "other.zip", "RES", [], raw=dice.randbytes(400_000), counted=1)
        with sealing.opened(path=path, password=PASSWORD) as found:
            path.write_bytes(other.read_bytes())

            with pytest.raises(Refused):
                while found.stream.read(65536):
                    pass


class TestPasswords:
    def test_are_long_and_without_letters_that_look_alike(self):
        made = {sealing.make_password() for _ in range(200)}

        assert len(made) == 200
        assert all(len(one) == 28 and not set(one) & set("0o1li2z5s8b9gquv") for one in made)

    def test_are_the_platform_s(self):
        from exchange.sealing import passwords as theirs

        assert (passwords.ALPHABET, passwords.LENGTH) == (theirs.ALPHABET, theirs.LENGTH)


def test_the_shape_is_read_as_the_platform_reads_it(tmp_path, good):
    """Both refuse and take the same of many spoilt directories."""
    from exchange.sealing import refusals, zip_shape
    from wardside.sealing import zip_shape as ours

    dice, raw = random.Random(11), good.read_bytes()
    for _ in range(300):
        spoilt = bytearray(raw)
        for _ in range(dice.randint(1, 3)):
            spoilt[-dice.randint(1, 400)] = dice.randrange(256)
        verdicts = []
        for module, refused in ((zip_shape, refusals.Refused), (ours, Refused)):
            try:
                verdicts.append(len(module.entries(io.BytesIO(spoilt))))
            except refused:
                verdicts.append("refused")
        if verdicts[0] != verdicts[1]:
            # Ours asks for agreed names too; it never takes what the platform refuses.
            assert verdicts == [2, "refused"]
