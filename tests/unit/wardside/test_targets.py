"""Targets out of the ledger: chosen, checked, sealed, and taken in whole by the platform."""

import re
from datetime import date

import pytest

from booking.models import Resident
from exchange import intake, sealing, spool
from exchange.layouts import TARGET_LIST
from exchange.models import RejectedRow
from tests import cast
from tests.unit.wardside.conftest import CODE, HEADERS, names, person
from wardside import layouts


@pytest.fixture
def targets(run, out, notice):
    """The command with what every run of it needs."""

    def targets(path, *words, encoding="cp932", **options):
        return run(
            "targets", "--ledger", path, "--encoding", encoding, "--municipality", CODE,
            "--base-date", "2026-05-01", "--out", out, "--notice", notice, "--dummy", *words,
            **options,
        )  # fmt: skip

    return targets


def password_of(notice):
    (page,) = notice.iterdir()
    shown = re.search('class="password">([^<]+)<', page.read_text("utf-8"))
    return shown[1].replace(" ", "")


def rows_of(out, notice):
    (container,) = out.iterdir()
    with sealing.open_container(path=container, password=password_of(notice)) as found:
        return found.stream.read().decode("utf-8-sig").splitlines()


class TestLayout:
    def test_is_the_platform_s_own(self):
        ours = layouts.load("tgt")

        assert ours.headers == TARGET_LIST.headers
        assert [one.item for one in ours.columns] == [one.item for one in TARGET_LIST.columns]
        assert [one.required for one in ours.columns] == [
            one.required for one in TARGET_LIST.columns
        ]


class TestDryRun:
    def test_counts_and_writes_nothing(self, targets, ledger, out, notice):
        ran = targets(ledger([person(at) for at in range(40)]))

        assert ran.exit == 0
        assert "台帳 40 行 / 対象 40 人 / 書ける 40 人" in ran.out
        assert "試し実行" in ran.out
        assert names(out) == names(notice) == []

    def test_speaks_english(self, targets, ledger):
        assert "A dry run" in targets(ledger([person(1)]), "--lang", "en").out

    def test_says_rows_and_columns_and_no_value(self, targets, ledger):
        people = [
            person(1),
            person(2, 接種券番号="123456"),
            person(3, 氏名="見本〓太郎"),
            person(4, 氏名="=HYPERLINK(1)"),
            person(5, 生年月日="2021-02-30"),
            person(6, 性別="x7x"),
            person(7, 接種券番号="9990000001"),
            person(8, 住所="ダミー町 1234 5678 9018"),
            person(9, 生年月日="1950-00-00"),
            person(10, 氏名=""),
        ]
        ran = targets(ledger(people), "--all")

        assert ran.exit == 1
        for told in (
            "3行目 接種券番号 E14", "4行目 氏名 E12", "5行目 氏名 E13", "6行目 生年月日 E09",
            "7行目 性別 E06", "8行目 接種券番号 E07", "10行目 生年月日 W05", "11行目 氏名 E05",
        ):  # fmt: skip
            assert told in ran.out
        for value in ("123456", "HYPERLINK", "x7x", "2021-02-30", "9990000001", "見本"):
            assert value not in ran.said


class TestChoice:
    def test_by_date_of_birth_flag_and_mailing(self, targets, ledger, out, notice):
        people = [
            person(1, 生年月日="1949/12/31", 発送回="1"),
            person(2, 生年月日="1950/1/1", 発送回="1"),
            person(3, 生年月日="19551231", 発送回="1"),
            person(4, 生年月日="1956-01-01", 発送回="1"),
            person(5, 生年月日="1953-00-00", 発送回="1"),
            person(6, 生年月日="1953-01-01", 発送回="2"),
            person(7, 生年月日="1953-01-01", 発送回="1", 転出死亡フラグ="死亡"),
        ]
        ran = targets(
            ledger(people), "--born-from", "1950-01-01", "--born-until", "1955-12-31",
            "--flags", "0,1", "--mailing", "1", "--write",
        )  # fmt: skip

        assert ran.exit == 0
        assert [row[14:24] for row in rows_of(out, notice)[1:]] == [
            "9990000002", "9990000003", "9990000005",
        ]  # fmt: skip

    def test_a_row_that_cannot_be_judged_is_told_not_left_out(self, targets, ledger):
        people = [person(1), person(2, 生年月日="昭和?"), person(3, 転出死亡フラグ="９")]
        ran = targets(ledger(people), "--born-from", "1930-01-01", "--flags", "0")

        assert "3行目 生年月日 E09" in ran.out
        assert "4行目 転出死亡フラグ E06" in ran.out


class TestWriting:
    def test_container_and_notice_lie_apart_and_tell_nothing_of_each_other(
        self, targets, ledger, out, notice
    ):
        ran = targets(ledger([person(at) for at in range(5)]), "--write")

        assert ran.exit == 0
        assert names(out) == ["TGT_999997_20260501_001.zip"]
        assert names(notice) == ["password_TGT_999997_20260501_001.html"]
        assert password_of(notice) not in ran.said
        page = next(notice.iterdir()).read_text("utf-8")
        assert "見本" not in page and "@page { size: A4" in page
        assert all(
            path.stat().st_mode & 0o777 == 0o600 for path in (*out.iterdir(), *notice.iterdir())
        )

    @pytest.mark.parametrize("where", [".", "inside", ".."])
    def test_refuses_one_folder_for_both(self, run, ledger, out, where):
        (out / "inside").mkdir()
        ran = run(
            "targets", "--ledger", ledger([person(1)]), "--encoding", "cp932", "--municipality",
            CODE, "--base-date", "2026-05-01", "--out", out, "--notice", out / where, "--write",
        )  # fmt: skip

        assert ran.exit == 4
        assert names(out) == ["inside"]

    def test_never_replaces_a_file(self, targets, ledger, out):
        path = ledger([person(1)])
        assert targets(path, "--write").exit == 0
        before = next(out.iterdir()).read_bytes()

        assert targets(path, "--write").exit == 4
        assert next(out.iterdir()).read_bytes() == before

    def test_a_row_with_an_error_stops_the_whole_unless_left_out(
        self, targets, ledger, out, notice
    ):
        path = ledger([person(1), person(2, 氏名="")])

        assert targets(path, "--write").exit == 1
        assert names(out) == names(notice) == []
        assert targets(path, "--write", "--leave-out-errors").exit == 1
        assert len(rows_of(out, notice)) == 2

    def test_real_and_dummy_people_never_mix(self, targets, ledger, out):
        ran = targets(ledger([person(1), person(2, 住所="東京都見本区架空町")]), "--write")

        assert ran.exit == 3
        assert "3行目" in ran.err
        assert names(out) == []


class TestHostileLedger:
    @pytest.mark.parametrize(
        ("raw", "encoding"),
        [
            (b"", "cp932"),
            (b"\x00" * 64, "cp932"),
            (b"\xff\xfea\x00", "utf-8"),
            ("見出し".encode() + b"\r\n", "cp932"),
            (b"\xef\xbb\xbfa,b\r\n", "cp932"),
            ("宛名番号,接種券番号\r\n".encode("cp932"), "cp932"),
            ("氏名,氏名\r\n".encode("cp932"), "cp932"),
            (b'"a,b\r\n' * 20, "utf-8"),
            (b"a" * 70_000, "utf-8"),
        ],
    )
    def test_is_refused_in_words(self, targets, ledger, out, raw, encoding):
        ran = targets(ledger([], raw=raw), "--write", encoding=encoding)

        assert ran.exit == 3
        assert ran.err and "Traceback" not in ran.err
        assert names(out) == []

    @pytest.mark.parametrize(
        "header", ["個人番号", "マイ ナンバー", "Ｍｙ　Ｎｕｍｂｅｒ", "本人個人番号(12桁)"]
    )
    def test_with_the_national_number_is_not_touched(self, targets, ledger, out, header):
        headers = tuple(header if one == "備考" else one for one in person(1))
        people = [person(1, **{header: "123456789018"})]
        ran = targets(ledger(people, headers=headers), "--write")

        assert ran.exit == 3
        assert "10列目" in ran.err
        assert names(out) == []

    def test_with_mixed_encodings_tells_the_row(self, targets, ledger):
        good = "".join(_line(person(at)) for at in range(3)).encode("cp932")
        header = ",".join(person(1)).encode("cp932") + b"\r\n"
        bad = _line(person(4, 氏名="見本髙")).encode()
        ran = targets(ledger([], raw=header + good + bad))

        assert ran.exit in {1, 3}
        assert "5行目" in ran.said

    @pytest.mark.parametrize("bad", ["見本\x00太郎", "見本\r太郎", "見本\n太郎", "見本\x1b[2J"])
    def test_with_control_characters_tells_the_row(self, targets, ledger, bad):
        ran = targets(ledger([person(1), person(2, 氏名=bad)]))

        assert ran.exit == 3
        assert "3行目" in ran.err


def _line(one):
    return ",".join(one.values()) + "\r\n"


class TestDifference:
    """差分: new, changed, moved and reissued people only; the platform ends where the ledger is."""

    BEFORE = staticmethod(lambda: [person(at) for at in range(12)])

    @staticmethod
    def after():
        people = [person(at) for at in range(12)]
        people[1] |= {"氏名": "改姓　花子"}
        people[2] |= {"転出死亡フラグ": "死亡"}
        return [*people[:11], person(20), person(21)]  # the twelfth is not there any more

    def test_holds_what_changed_and_counts_who_is_gone(self, targets, ledger, out, notice):
        before = ledger(self.BEFORE(), name="before.csv")
        ran = targets(ledger(self.after()), "--earlier-ledger", before, "--write")

        assert ran.exit == 0
        assert "前回と同じ 9 人" in ran.out
        assert "今回ない番号 1 件" in ran.out
        assert [row[14:24] for row in rows_of(out, notice)[1:]] == [
            "9990000001", "9990000002", "9990000020", "9990000021",
        ]  # fmt: skip

    def test_nothing_changed_writes_nothing(self, targets, ledger, out, notice):
        before = ledger(self.BEFORE(), name="before.csv")
        ran = targets(ledger(self.BEFORE()), "--earlier-ledger", before, "--write")

        assert (ran.exit, names(out), names(notice)) == (1, [], [])

    def test_a_reissued_number_is_not_gone(self, targets, ledger):
        headers = (*HEADERS, "旧接種券番号")
        old = [person(1) | {"旧接種券番号": ""}]
        new = [person(1, 接種券番号="9990000099") | {"旧接種券番号": "9990000001"}]
        before = ledger(old, headers=headers, name="before.csv")
        ran = targets(ledger(new, headers=headers), "--earlier-ledger", before)

        assert "今回ない番号 0 件" in ran.out
        assert "書ける 1 人" in ran.out

    def test_the_platform_stands_as_after_the_whole_ledger(
        self, here, officers, run, targets, ledger, tmp_path
    ):
        before = ledger(self.BEFORE(), name="before.csv")
        for number, (path, words, load) in enumerate(
            ((before, (), "full"), (ledger(self.after()), ("--earlier-ledger", before), "delta"))
        ):
            out, notice = tmp_path / f"out{number}", tmp_path / f"notice{number}"
            out.mkdir()
            notice.mkdir()
            ran = targets(path, *words, "--out", out, "--notice", notice, "--write")
            assert ran.exit == 0
            handed_in(out, notice, officers, rows=(12, 4)[number], load=load)

        assert Resident.objects.count() == 14
        flagged = [one for one in Resident.objects.all() if one.status_flag == "2"]
        assert len(flagged) == 1
        assert sum(one.name == "改姓　花子" for one in Resident.objects.all()) == 1


def handed_in(out, notice, officers, *, rows, load):
    """Through the platform's real intake, by two people, to the end."""
    (container,) = out.iterdir()
    parcel = intake.receive(
        spooled=spool.keep([container.read_bytes()]),
        declared=intake.Declared(
            base_date=date(2026, 5, 1), rows=rows, encoding="utf-8", is_dummy=True, load=load
        ),
        by=officers[0],
        at=cast.NOW,
    )
    intake.unlock(parcel=parcel, password=password_of(notice), by=officers[1], at=cast.NOW)
    intake.check(parcel_id=parcel.pk, at=cast.NOW)
    intake.commit(parcel=parcel, partial_reason="", by=officers[1], at=cast.NOW)
    intake.apply(parcel_id=parcel.pk, at=cast.NOW)
    parcel.refresh_from_db()
    assert parcel.state == "applied", parcel.closing_words


class TestThePlatform:
    @pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
    def test_takes_it_in_whole(self, here, officers, targets, ledger, out, notice, encoding):
        people = [person(at, 転出死亡フラグ="転出" if at == 7 else "") for at in range(30)]
        people[3] |= {"氏名": "髙﨑　德"}
        assert targets(ledger(people, encoding=encoding), "--write", encoding=encoding).exit == 0
        (container,) = out.iterdir()

        parcel = intake.receive(
            spooled=spool.keep([container.read_bytes()]),
            declared=intake.Declared(
                base_date=date(2026, 5, 1), rows=30, encoding="utf-8", is_dummy=True
            ),
            by=officers[0],
            at=cast.NOW,
        )
        intake.unlock(parcel=parcel, password=password_of(notice), by=officers[1], at=cast.NOW)
        intake.check(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert (parcel.state, parcel.errors) == ("checked", 0)
        intake.commit(parcel=parcel, partial_reason="", by=officers[1], at=cast.NOW)
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()

        assert parcel.state == "applied"
        assert Resident.objects.count() == 30
        assert not RejectedRow.objects.exists()
