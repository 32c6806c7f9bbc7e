"""Every layout: its golden file, its page of the documentation, and what is written is read back.

`WAKU_WRITE=1 pytest tests/unit/exchange/test_layouts.py` writes golden files and docs/layouts.md anew.
"""

import io
import os
import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.layouts import (
    HISTORY,
    LAYOUTS,
    PRINT_LOG,
    PRINT_RUN,
    PRINTED,
    PULL_LIST,
    RESULTS,
    SLOTS,
    WIDE_RESULTS,
    kinds,
    reading,
    stamps,
)
from exchange.layouts.layout import Column, Facts, ItemNotAllowed, Layout, help_rows
from exchange.layouts.problems import Code, FileRefused
from exchange.layouts.writing import sample, write
from privacy.item_whitelist import CONTROL, Party
from shared.forbidden_items import carries_forbidden_number
from tests.house.sources import ROOT

ALL = list(LAYOUTS.values())
GOLDEN = ROOT / "tests" / "golden" / "layouts"
PAGE = ROOT / "docs" / "layouts.md"
FACTS = Facts("999997", date(2026, 5, 1))
EVERY = pytest.mark.parametrize("layout", ALL, ids=lambda one: f"{one.id}_v{one.version}")


def read(layout, data, facts=FACTS):
    return list(reading.read(layout=layout, stream=io.BytesIO(data), encoding="utf-8", facts=facts))


def kept(path, wanted):
    """The file as it lies in the repository; written anew when asked to."""
    if os.environ.get("WAKU_WRITE"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(wanted)
    return path.read_bytes()


def page():
    lines = [
        "# ファイルのレイアウト File layouts", "",
        "Made from `exchange/layouts/` by `tests/unit/exchange/test_layouts.py`. UTF-8 with BOM, CR LF,",
        "every cell quoted. Samples: `tests/golden/layouts/`, and on each layout's page of the staff host.",
    ]  # fmt: skip
    for layout in ALL:
        header = "見出しあり" if layout.has_header else "見出しなし"
        sealed = "暗号化不要(個人情報なし)" if layout.in_the_open else "AES-256で暗号化"
        lines += [
            "", f"## {layout.id} 第{layout.version}版 {layout.title}", "",
            f"相手 `{layout.party.value}` / {header} / {sealed}", "",
            "| # | 見出し | 項目 | 型 | 桁・値 | 必須 | 決まり | 例 |", "|---|---|---|---|---|---|---|---|",
        ]  # fmt: skip
        for row, column in zip(help_rows(layout), layout.columns, strict=True):
            cells = ("number", "header", "type", "size", "required", "note", "example")
            told = [row[name].replace("|", "\\|") for name in cells]
            told.insert(2, f"`{column.item}`")
            lines.append("| " + " | ".join(told) + " |")
    return "\n".join(lines) + "\n"


class TestGolden:
    @EVERY
    def test_sample_is_the_golden_file(self, layout):
        path = GOLDEN / f"{layout.id}_v{layout.version}.csv"

        assert kept(path, sample(layout)) == sample(layout)

    @EVERY
    def test_golden_file_is_read_without_a_word(self, layout):
        raw = (GOLDEN / f"{layout.id}_v{layout.version}.csv").read_bytes()
        rows = read(layout, raw)

        assert rows
        assert all(row.problems == () for row in rows)
        assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n")

    def test_the_page_tells_every_column(self):
        assert kept(PAGE, page().encode()).decode() == page()


def days(form):
    return st.dates(date(1900, 1, 1), date(2026, 4, 30)).map(lambda day: f"{day:{form}}")


def texts(longest):
    letters = st.characters(
        codec="utf-8",
        categories=("L", "N", "Po", "Zs"),
        exclude_characters="\xa0\u3000 '\"’”@＠〓■●",
    )
    return st.text(letters, min_size=1, max_size=min(longest, 12)).filter(
        lambda text: (
            kinds.Text(longest).look(text) == (text, ()) and not carries_forbidden_number(text)
        )
    )


def cells_of(column):
    """Cells a column has nothing to say about."""
    kind = column.kind
    made = {
        kinds.Text: lambda: texts(kind.longest),
        kinds.Digits: lambda: st.from_regex(f"[0-9]{{{kind.length}}}", fullmatch=True),
        kinds.Choice: lambda: st.sampled_from(sorted(kind.words)),
        kinds.Day: lambda: days("%Y-%m-%d"),
        kinds.PostalCode: lambda: st.from_regex("[0-9]{3}-[0-9]{4}", fullmatch=True),
        kinds.Pattern: lambda: st.from_regex(re.compile(kind.shape, re.ASCII), fullmatch=True),
        stamps.CompactDay: lambda: days("%Y%m%d"),
        stamps.Moment: lambda: days("%Y%m%d").map(lambda day: f"{day}093015"),
        stamps.Blank: lambda: st.just(""),
    }[type(kind)]()
    return made if column.required else st.one_of(st.just(""), made)


def rows_of(layout):
    columns = [cells_of(column) for column in layout.columns]
    made = st.lists(st.tuples(*columns), min_size=1, max_size=4)
    return made.map(lambda rows: numbered(layout, rows)) if layout.serial else made


def numbered(layout, rows):
    """The rows counted from 1, as their serial must be."""
    at = layout.index(layout.serial)
    return [(*row[:at], f"{number:08}", *row[at + 1 :]) for number, row in enumerate(rows, start=1)]


class TestRoundTrip:
    @EVERY
    @given(data=st.data())
    @settings(max_examples=25, deadline=None)
    def test_what_is_written_is_read_back(self, layout, data):
        rows = data.draw(rows_of(layout))
        seen = read(layout, b"".join(write(layout=layout, rows=rows)))

        assert [tuple(row.values) for row in seen] == rows
        for row in seen:
            # Cells are sound one by one: what is said comes from the rules between them.
            values = layout.make_row(row.values)
            told = {found for check in layout.checks for found in check(values, FACTS)}
            said = {problem for problem in row.problems if problem.code is not Code.DUPLICATE}
            assert {tuple(problem[1:]) for problem in said} <= {tuple(found) for found in told}


class TestWhitelist:
    def test_a_layout_with_an_item_its_party_may_not_hold_cannot_be_written_down(self):
        with pytest.raises(ItemNotAllowed):
            Layout(
                id="BAD",
                version=1,
                title="",
                party=Party.PRINTER,
                make_row=tuple,
                columns=(Column("電話番号", "phone", kinds.Text(20), "phone", ""),),
            )

    @EVERY
    def test_what_travels_in_the_open_holds_nobody(self, layout):
        assert not layout.in_the_open or set(layout.items()) == {CONTROL}


def dose(**changes):
    example = HISTORY.make_row(column.example for column in HISTORY.columns)
    return example._replace(**changes)


def codes_of(layout, *rows):
    seen = read(layout, b"".join(write(layout=layout, rows=rows)))
    return [[problem.code.value for problem in row.problems] for row in seen]


class TestDoses:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, []),
            ({"given_on": "20260501"}, []),
            ({"given_on": "20260502"}, ["E09"]),
            ({"given_on": "20260230"}, ["E09"]),
            ({"given_on": "2026-04-01"}, ["E04"]),
            ({"venue": ""}, ["E05"]),
            ({"given": "0", "venue": ""}, []),
            ({"municipality_code": "999998"}, ["E10"]),
            ({"municipality_code": "131041"}, []),
            ({"lot": "dummy01"}, ["E04"]),
            ({"dose_number": "0"}, ["E04"]),
            ({"dose_number": "3"}, []),
        ],
    )
    def test_each_rule_has_its_code(self, changes, expected):
        assert codes_of(HISTORY, dose(**changes)) == [expected]

    def test_one_dose_stands_once(self):
        assert codes_of(HISTORY, dose(), dose(), dose(dose_number="2")) == [[], ["E07"], []]

    def test_results_are_the_same_columns_behind_two_of_ours(self):
        assert RESULTS.headers[2:] == HISTORY.headers
        assert RESULTS.headers[:2] == ("予約番号", "登録日時")

    @pytest.mark.parametrize("moment", ["20260501093061", "20260501250000", "2026050109301", "x"])
    def test_a_moment_that_is_none(self, moment):
        row = RESULTS.make_row(column.example for column in RESULTS.columns)

        assert codes_of(RESULTS, row._replace(recorded_at=moment))[0] in (["E04"], ["E09"])


class TestWide:
    ROW = WIDE_RESULTS.make_row(column.example for column in WIDE_RESULTS.columns)

    def test_has_seventeen_columns_and_no_header(self):
        (line,) = (
            b"".join(write(layout=WIDE_RESULTS, rows=[self.ROW]))
            .decode("utf-8-sig")
            .split("\r\n")[:-1]
        )

        assert line.count(",") == 16
        assert line.startswith('"","2021')
        assert len(WIDE_RESULTS.columns) == 17

    def test_its_first_row_is_row_1(self):
        seen = read(WIDE_RESULTS, b"".join(write(layout=WIDE_RESULTS, rows=[self.ROW] * 2)))

        assert [row.number for row in seen] == [1, 2]

    @given(text=texts(20))
    @settings(max_examples=50, deadline=None)
    def test_nothing_can_stand_in_the_first_column(self, text):
        assert codes_of(WIDE_RESULTS, self.ROW._replace(blank=text)) == [["E11"]]

    def test_a_national_number_there_refuses_the_whole(self):
        with pytest.raises(FileRefused):
            codes_of(WIDE_RESULTS, self.ROW._replace(blank="123456789018"))

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"venue_1": ""}, ["E05"]),
            ({"given_on_2": "20210421"}, ["E05"]),
            ({"doctor_1": ""}, []),
            (
                {
                    "recorded_at_2": "20210330103015", "given_on_2": "20210330",
                    "voucher_number_2": "9990000001", "municipality_code_2": "999997",
                    "venue_2": "ダミー第一会場",
                },
                ["E09"],
            ),
        ],
    )  # fmt: skip
    def test_each_rule_has_its_code(self, changes, expected):
        assert codes_of(WIDE_RESULTS, self.ROW._replace(**changes)) == [expected]

    def test_blanks_for_a_second_dose_that_was_not_given(self):
        assert self.ROW[9:] == ("",) * 8
        assert codes_of(WIDE_RESULTS, self.ROW) == [[]]


def test_days_are_made_of_real_days():
    assert stamps.CompactDay().look(f"{date(2024, 2, 28) + timedelta(days=1):%Y%m%d}")[1] == ()


def row_of(layout, **changes):
    """The example of a layout, changed."""
    return layout.make_row(column.example for column in layout.columns)._replace(**changes)


class TestPrinter:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, []),
            ({"voucher_number": "9990000002"}, ["E15"] * 4),
            ({"dose_line_2": "219999979990000001"}, ["E15"]),
            ({"screening_line_1": "119999979990000002"}, ["E15"]),
            ({"municipality_code": "999998"}, ["E10", *["E15"] * 4]),
            ({"born_on_wareki": "昭和25年4月2日"}, ["E15"]),
            ({"born_on": "1950-04-00"}, ["E09"]),
            ({"postal_code": ""}, ["E05"]),
            ({"name": "見本〓太郎"}, ["E12"]),
            ({"address_1": "東" * 41}, ["E03"]),
        ],
    )
    def test_each_rule_of_a_run_has_its_code(self, changes, expected):
        assert codes_of(PRINT_RUN, row_of(PRINT_RUN, **changes)) == [expected]

    def test_the_lines_may_begin_with_the_ward_s_own_type(self):
        row = row_of(PRINT_RUN, dose_line_1="319999979990000001")

        assert codes_of(PRINT_RUN, row) == [[]]

    def test_serials_count_from_one_without_a_gap(self):
        def numbered(serial):
            number = f"99900000{serial:02}"
            lines = {
                name: f"{line[:8]}{number}"
                for name, line in row_of(PRINT_RUN)._asdict().items()
                if "_line_" in name
            }
            return row_of(PRINT_RUN, serial=f"{serial:08}", voucher_number=number, **lines)

        assert codes_of(PRINT_RUN, *map(numbered, (1, 2, 3))) == [[], [], []]
        assert codes_of(PRINT_RUN, *map(numbered, (1, 3))) == [[], ["E15"]]
        assert codes_of(PRINT_RUN, *map(numbered, (2, 3))) == [["E15"], ["E15"]]

    def test_the_printer_gets_its_six_items_and_a_pull_list_no_name(self):
        six = {"name", "postal_code", "address", "birth_date", "sex", "voucher_no"}

        assert set(PRINT_RUN.items()) == six | {"municipality_code", CONTROL}
        assert set(PULL_LIST.items()) == set(PRINTED.items()) == {"voucher_no", CONTROL}
        assert set(PRINT_LOG.items()) == {CONTROL}

    def test_the_log_has_the_five_attributes(self):
        assert PRINT_LOG.headers[:5] == (
            "印刷元コンピュータ名", "印刷日時", "印刷ファイル名", "印刷先プリンタ名", "印刷枚数",
        )  # fmt: skip
        assert all(column.required for column in PRINT_LOG.columns[:5])

    def test_more_sheets_than_planned_need_a_reason(self):
        over = row_of(PRINT_LOG, sheets="101", planned="100")

        assert codes_of(PRINT_LOG, over) == [["E05"]]
        assert codes_of(PRINT_LOG, over._replace(reason="紙詰まりの刷り直し")) == [[]]

    def test_one_envelope_is_pulled_once(self):
        assert codes_of(PULL_LIST, *[row_of(PULL_LIST)] * 2) == [[], ["E07"]]


class TestSlots:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, []),
            ({"ends_at": "09:00"}, ["E15"]),
            ({"minutes": "40"}, ["E15"]),
            ({"minutes": "0"}, ["E04"]),
            ({"kept_for_phone": "21"}, ["E15"]),
            ({"kept_for_phone": "20", "kept_back": "1"}, ["E15"]),
            ({"maker": ""}, ["E05"]),
            ({"second_day": "2021-06-22"}, []),
            ({"second_day": "2021-06-01"}, ["E09"]),
            ({"second_day": "2021-06-22", "dose_number": "2"}, ["E09"]),
            ({"starts_at": "24:00"}, ["E04"]),
            ({"opens_at": "2021-13-01 09:00"}, ["E04"]),
            ({"state": "4"}, ["E06"]),
        ],
    )
    def test_each_rule_has_its_code(self, changes, expected):
        assert codes_of(SLOTS, row_of(SLOTS, **changes)) == [expected]

    def test_one_venue_may_have_two_vaccines_at_one_hour(self):
        rows = row_of(SLOTS), row_of(SLOTS, maker="武田/モデルナ"), row_of(SLOTS)

        assert codes_of(SLOTS, *rows) == [[], [], ["E07"]]
