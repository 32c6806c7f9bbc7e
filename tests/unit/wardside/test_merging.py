"""Results into the ledger: a new file, every difference told, nothing decided that is a person's."""

import csv
import io
import sys

import pytest

from tests.unit.wardside.conftest import CODE, HEADERS, names, person
from tests.unit.wardside.packing import PASSWORD, packed
from wardside import merging, results
from wardside.results import Dose

DAY = "20260530"


def result(at, **changes):
    told = {
        "reservation": "", "recorded": "20260530103015", "code": CODE,
        "voucher": f"{9990000000 + at}", "given": "1", "dose": "1", "on": DAY,
        "venue": "ダミー会場", "doctor": "架空　医師", "maker": "ファイザー", "lot": "DUMMY01",
    }  # fmt: skip
    return tuple((told | changes).values())


def given(at, **changes):
    return person(at) | {
        "1回目接種状況": "1", "1回目接種年月日": "2026-05-30", "1回目接種会場名": "ダミー会場",
        "1回目接種医師名": "架空　医師", "1回目ワクチンメーカー": "ファイザー", "1回目ロット番号": "DUMMY01",
    } | changes  # fmt: skip


@pytest.fixture
def merge(run, ledger, tmp_path, out):
    """Merge a file of results into a ledger."""

    def merge(people, rows, *words, layout="RES", encoding="cp932", counted=None, raw=None):
        container = packed(tmp_path / "results.zip", layout, rows, counted=counted, raw=raw)
        return run(
            "merge-bookings", "--container", container, "--ledger",
            ledger(people, encoding=encoding), "--encoding", encoding, "--municipality", CODE,
            "--out", out, *words, password=PASSWORD,
        )  # fmt: skip

    return merge


def read(path, encoding="cp932"):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def merged(out, encoding="cp932"):
    return read(next(out.glob("ledger_*.csv")), encoding)


def differences(out):
    return [tuple(line.values()) for line in read(next(out.glob("difference_*.csv")), "utf-8-sig")]


class TestDryRun:
    def test_counts_and_writes_nothing(self, merge, out):
        ran = merge([person(1), person(2)], [result(1), result(9)])

        assert ran.exit == 1
        assert "追加: 1" in ran.out and "台帳にない番号: 1" in ran.out
        assert names(out) == []


class TestMerge:
    def test_fills_what_was_blank_and_leaves_the_rest_as_it_was(self, merge, out):
        people = [person(1, 備考="そのまま"), person(2)]
        ran = merge(people, [result(1)], "--write")
        first, second = merged(out)

        assert ran.exit == 0
        assert first == person(1, 備考="そのまま") | given(1, 備考="そのまま")
        assert second == person(2)
        assert differences(out) == [
            ("追加", "2", "2", "1", "1回目接種会場名、1回目接種医師名、1回目ワクチンメーカー、1回目ロット番号、1回目接種年月日")
        ]  # fmt: skip

    def test_never_in_place(self, merge, ledger, out, tmp_path):
        merge([person(1)], [result(1)], "--write")

        assert read(tmp_path / "ledger.csv") == [person(1)]

    def test_tells_the_four_apart(self, merge, out):
        people = [
            person(1),
            given(2),
            given(3, **{"1回目ロット番号": "OLD"}),
            given(4, **{"1回目接種年月日": "2026-05-29"}),
            given(5),
        ]
        rows = [result(1), result(2), result(3), result(4), result(5, given="0"), result(6)]
        ran = merge(people, rows, "--write")
        told = merged(out)

        assert ran.exit == 1
        assert [line[:4] for line in differences(out)] == [
            ("追加", "2", "2", "1"),
            ("変更", "4", "4", "1"),
            ("食い違い(台帳のまま)", "5", "5", "1"),
            ("食い違い(台帳のまま)", "6", "6", "1"),
            ("台帳にない番号", "7", "", "1"),
        ]
        assert told[2]["1回目ロット番号"] == "DUMMY01"
        assert told[3] == people[3] and told[4] == people[4]

    def test_merging_twice_changes_nothing_more(self, merge, out, tmp_path, run):
        people, rows = [person(1), person(2)], [result(1), result(2)]
        merge(people, rows, "--write")
        once = merged(out)
        for path in out.iterdir():
            path.unlink()
        ran = merge(once, rows, "--write")

        assert ran.exit == 0 and "同じ: 2" in ran.out
        assert merged(out) == once

    def test_one_dose_told_in_two_ways_is_left_to_a_person(self, merge, out):
        rows = [result(1), result(1, lot="OTHER")]
        ran = merge([person(1)], rows, "--write")

        assert ran.exit == 1
        assert merged(out) == [person(1)]

    def test_the_same_line_twice_is_one_dose(self, merge, out):
        assert merge([person(1)], [result(1), result(1)], "--write").exit == 0
        assert merged(out) == [given(1)]

    def test_not_given_leaves_a_blank_ledger_blank(self, merge, out):
        ran = merge([person(1)], [result(1, given="0")], "--write")

        assert "未実施: 1" in ran.out
        assert merged(out) == [person(1)]

    def test_no_character_becomes_a_question_mark(self, merge, out):
        ran = merge([person(1)], [result(1, doctor="𠮷田　架空")], "--write")

        assert ran.exit == 1
        assert merged(out) == [person(1)]
        assert differences(out) == [("食い違い(台帳のまま)", "2", "2", "1", "1回目接種医師名")]

    def test_a_ledger_of_utf_8_keeps_its_mark_and_every_character(self, merge, out):
        merge([person(1)], [result(1, doctor="𠮷田　架空")], "--write", encoding="utf-8")

        assert next(out.glob("ledger_*.csv")).read_bytes().startswith(b"\xef\xbb\xbf")
        assert merged(out, "utf-8-sig")[0]["1回目接種医師名"] == "𠮷田　架空"

    def test_no_cell_is_a_formula(self, merge, out):
        rows = [result(1, venue="=HYPERLINK(1)"), result(2, doctor="@SUM(1)")]
        people = [person(1), person(2, 備考="-"), person(3, 備考="'=1+1")]
        ran = merge(people, rows, "--write")
        told = merged(out)

        assert told[0]["1回目接種会場名"] == "'=HYPERLINK(1)"
        assert told[1]["1回目接種医師名"] == "'@SUM(1)"
        assert [one["備考"] for one in told] == ["", "-", "'=1+1"]
        assert "数式に見える項目が 3 個" in ran.out

    def test_people_from_elsewhere_are_known_by_both_numbers(
        self, merge, ledger, run, out, tmp_path
    ):
        headers = ("自治体コード", *HEADERS)
        people = [person(1) | {"自治体コード": "131041"}, person(1) | {"自治体コード": ""}]
        container = packed(tmp_path / "r.zip", "RES", [result(1, code="131041", lot="ELSE")])
        run(
            "merge-bookings", "--container", container, "--ledger", ledger(people, headers=headers),
            "--encoding", "cp932", "--municipality", CODE, "--out", out, "--write",
            password=PASSWORD,
        )  # fmt: skip

        assert [one["1回目ロット番号"] for one in merged(out)] == ["ELSE", ""]


class TestWide:
    WIDE = (
        "",
        "20260530103015",
        DAY,
        "9990000001",
        CODE,
        "ダミー会場",
        "架空　医師",
        "ファイザー",
        "DUMMY01",
    )

    def test_both_doses_of_a_row_are_merged(self, merge, out):
        second = ("20260620103015", "20260620", "9990000001", CODE, "", "", "", "")
        ran = merge([person(1)], [self.WIDE + second], "--write", layout="RESW")

        assert ran.exit == 0
        assert merged(out) == [given(1) | {"2回目接種状況": "1", "2回目接種年月日": "2026-06-20"}]

    def test_vrs_output_is_merged_with_or_without_a_header(self, run, ledger, out, tmp_path):
        from wardside import layouts

        line = ",".join(self.WIDE + ("",) * 8) + "\r\n"
        header = ",".join(layouts.load("vrs_results").headers) + "\r\n"
        for number, text in enumerate((line, header + line)):
            path, folder = tmp_path / f"vrs{number}.csv", out / str(number)
            path.write_bytes(text.encode())
            folder.mkdir()
            ran = run(
                "vrs-results", "--results", path, "--results-encoding", "utf-8", "--ledger",
                ledger([person(1)]), "--encoding", "cp932", "--municipality", CODE, "--out", folder,
                "--write",
            )  # fmt: skip
            assert ran.exit == 0
            assert merged(folder) == [given(1)]

    def test_a_filled_first_column_stops_the_whole(self, merge, out):
        ran = merge(
            [person(1)], [("00000001", *self.WIDE[1:], *[""] * 8)], "--write", layout="RESW"
        )

        assert ran.exit == 3
        assert "1行目" in ran.err and "00000001" not in ran.said
        assert names(out) == []

    def test_half_a_dose_is_told(self, merge):
        half = ("", "20260530103015", DAY, *[""] * 14)
        ran = merge([person(1)], [half], layout="RESW")

        assert ran.exit == 1
        assert "1行目 1回目 E05" in ran.out


class TestRefusals:
    def test_rows_that_disagree_with_the_cover_sheet(self, merge, out):
        assert merge([person(1)], [result(1)], "--write", counted=2).exit == 3
        assert names(out) == []

    def test_another_layout(self, merge, out):
        ran = merge([person(1)], [], "--write", layout="RST")

        assert ran.exit == 3
        assert "接種結果" in ran.err

    def test_one_number_twice_in_the_ledger(self, merge, out):
        ran = merge([person(1), person(2), person(1)], [result(1)], "--write")

        assert ran.exit == 3
        assert "4行目" in ran.err
        assert names(out) == []

    def test_a_ledger_without_a_place_for_the_dose(self, merge, out):
        ran = merge([person(1)], [result(1, dose="3")], "--write")

        assert ran.exit == 3
        assert "3回目" in ran.err

    def test_a_ragged_ledger(self, merge, ledger, run, out, tmp_path):
        path = tmp_path / "ragged.csv"
        path.write_bytes((",".join(HEADERS) + "\r\n1,2,3\r\n").encode("cp932"))
        ran = run(
            "merge-bookings", "--container", packed(tmp_path / "r.zip", "RES", [result(1)]),
            "--ledger", path, "--encoding", "cp932", "--municipality", CODE, "--out", out,
            "--write", password=PASSWORD,
        )  # fmt: skip

        assert ran.exit == 3
        assert "2行目" in ran.err

    @pytest.mark.parametrize("header", ["個人番号", "宛名番号"])
    def test_results_with_a_forbidden_column(self, merge, out, header):
        ran = merge([person(1)], [], "--write", raw=f"{header},x\r\n1,2\r\n".encode(), counted=1)

        assert ran.exit == 3
        assert names(out) == []


class TestMemory:
    def test_texts_that_repeat_are_kept_once(self):
        told = dict.fromkeys(("doctor", "maker", "lot"), "")
        doses = [
            results._dose(
                at,
                told | {
                    "municipality_code": CODE, "voucher_number": f"{at:010}",
                    "given_on": f"{20260000 + 530}", "venue": f"{'ダミー'}会場",
                },
                dose_number=1, prefix="",
            )
            for at in range(50)
        ]  # fmt: skip

        assert len({id(one.venue) for one in doses}) == 1
        assert len({id(one.on) for one in doses}) == 1
        assert sys.getsizeof(doses[0]) < 200

    def test_the_ledger_is_passed_over_row_by_row(self):
        """Nothing of a ledger row stays once the next one is read."""
        from wardside import ledgers

        merge = merging.Merge(ledger=ledgers.layout(None), municipality_code=CODE, encoding="utf-8")
        merge.hold([Dose(2, CODE, "9990000001", 1, True, DAY, "", "", "", "")])
        header = ",".join(HEADERS)
        rows = (",".join(person(at).values()) for at in range(2, 3000))
        text = "\r\n".join([header, *rows, ""]).encode()
        tally = merge.run(io.BytesIO(text), to=None)

        assert tally.rows == 2998
        assert len(merge._met) == 0
        assert len(tally.opened) == 1
