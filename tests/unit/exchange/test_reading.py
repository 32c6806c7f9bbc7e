"""A ward's file against its layout: every error code, every dirty trick, each its own test."""

import codecs
import io
from collections import Counter
from datetime import date
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.layouts import LAYOUTS, ROSTER, TARGET_LIST, UnknownLayout, characters, find, reading
from exchange.layouts.layout import Facts, help_rows
from exchange.layouts.problems import Code, FileRefused
from exchange.layouts.target_list import TargetRow, age_at
from exchange.layouts.writing import csv_line, sample, write
from privacy.item_whitelist import not_allowed

FACTS = Facts("999997", date(2021, 4, 1), youngest=12)
GOOD = TargetRow(
    "1",
    "999997",
    "9990000001",
    "",
    "見本　太郎",
    "1950-04-01",
    "1",
    "199-9901",
    "東京都見本市架空町９９丁目９９番９９号（ダミー）",
    "0",
    "1",
)
NUMBER = "123456789018"


def plain(*rows, header=TARGET_LIST.headers):
    return "".join(",".join(f'"{c}"' for c in row) + "\r\n" for row in (header, *rows)).encode()


def read(data, *, layout=TARGET_LIST, encoding="utf-8", facts=FACTS):
    stream = io.BytesIO(data)
    return list(reading.read(layout=layout, stream=stream, encoding=encoding, facts=facts))


def codes(**changes):
    (row,) = read(plain(GOOD._replace(**changes)))
    return [problem.code.value for problem in row.problems]


def refusal(data, **options):
    with pytest.raises(FileRefused) as refused:
        read(data, **options)
    return refused.value


class TestCleanRow:
    def test_is_taken_as_it_stands(self):
        (row,) = read(plain(GOOD))

        assert row.number == 2
        assert row.values == GOOD
        assert row.problems == ()
        assert row.is_taken

    @pytest.mark.parametrize("written", ["1950-04-01", "19500401", "1950/4/1", "1950/04/01"])
    def test_keeps_one_form_of_a_date(self, written):
        (row,) = read(plain(GOOD._replace(born_on=written)))

        assert row.values.born_on == "1950-04-01"
        assert row.problems == ()

    def test_keeps_one_form_of_a_postal_code(self):
        (row,) = read(plain(GOOD._replace(postal_code="1999901")))

        assert row.values.postal_code == "199-9901"

    def test_is_trimmed_and_otherwise_untouched(self):
        (row,) = read(plain(GOOD._replace(name="　神\U000e0100見本　 太郎 ")))

        assert row.values.name == "神\U000e0100見本　 太郎"
        assert codes(name="　見本　太郎 ") == []

    @pytest.mark.parametrize("name", ["\ufa19見本　太郎", "髙見本　花子", "﨑試験　花子"])
    def test_is_never_normalised(self, name):
        (row,) = read(plain(GOOD._replace(name=name)))

        assert row.values.name == name

    def test_may_leave_the_postal_code_empty(self):
        assert codes(postal_code="") == []

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
    def test_is_read_with_or_without_mark_and_with_either_line_end(self, end, mark):
        data = mark + plain(GOOD).replace(b"\r\n", end.encode())

        assert [row.values for row in read(data)] == [GOOD]

    def test_is_read_without_quotes_and_without_the_last_line_end(self):
        data = plain(GOOD).replace(b'"', b"").rstrip()

        assert [row.values for row in read(data)] == [GOOD]

    def test_is_read_from_cp932(self):
        data = plain(GOOD._replace(name="髙見本　①")).decode().encode("cp932")

        assert read(data, encoding="cp932")[0].values.name == "髙見本　①"

    def test_blank_lines_are_passed_over(self):
        assert len(read(plain(GOOD) + b"\r\n\r\n")) == 1


class TestRowErrors:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"voucher_number": "99900000011"}, ["E03"]),
            ({"name": "見" * 101}, ["E03"]),
            ({"address": "東" * 201}, ["E03"]),
            ({"voucher_number": "999000000１"}, ["E04"]),
            ({"voucher_number": "ABCDEFGHIJ"}, ["E04"]),
            ({"born_on": "昭和25年4月1日"}, ["E04"]),
            ({"postal_code": "１９９－９９０１"}, ["E04"]),
            ({"name": "見本\t太郎"}, ["E04"]),
            ({"name": "見本\x07太郎"}, ["E04"]),
            ({"name": "見本\x00太郎"}, ["E04"]),
            ({"name": "見本\u202e太郎"}, ["E04"]),
            ({"name": "見本\u200b太郎"}, ["E04"]),
            ({"name": ""}, ["E05"]),
            ({"name": "　 "}, ["E05"]),
            ({"voucher_number": ""}, ["E05"]),
            ({"operation": "4"}, ["E06"]),
            ({"sex": "男"}, ["E06"]),
            ({"status_flag": "3"}, ["E06"]),
            ({"scheme": "0"}, ["E06"]),
            ({"born_on": "1950-02-30"}, ["E09"]),
            ({"born_on": "1950-13-00"}, ["E09"]),
            ({"born_on": "1899-12-31"}, ["E09"]),
            ({"born_on": "2021-04-02"}, ["E09"]),
            ({"municipality_code": "999998"}, ["E10"]),
            ({"municipality_code": "131041"}, ["E10"]),
            ({"name": "\ue000本　太郎"}, ["E12"]),
            ({"name": "\U000f0000本　太郎"}, ["E12"]),
            ({"name": "見〓　太郎"}, ["E12"]),
            ({"address": "東京都■市"}, ["E12"]),
            ({"name": "=1+1"}, ["E13"]),
            ({"name": "＝見本"}, ["E13"]),
            ({"name": "＋見本"}, ["E13"]),
            ({"name": "－見本"}, ["E13"]),
            ({"name": "＠見本"}, ["E13"]),
            ({"address": " '=HYPERLINK(1)"}, ["E13"]),
            ({"voucher_number": "990000001"}, ["E14"]),
            ({"voucher_number": "9.99E+09"}, ["E14"]),
            ({"municipality_code": "11002"}, ["E14"]),
            ({"postal_code": "60001"}, ["E14"]),
            ({"old_voucher_number": "9980000001"}, ["E15"]),
            ({"operation": "2", "old_voucher_number": "9990000001"}, ["E15"]),
            ({"scheme": "2", "status_flag": "1"}, ["E15"]),
        ],
    )
    def test_each_has_its_code(self, changes, expected):
        assert codes(**changes) == expected

    def test_a_voucher_number_stands_once(self):
        first, again = read(plain(GOOD, GOOD._replace(name="試験　花子")))

        assert first.is_taken
        assert not again.is_taken
        assert [(p.code, p.words) for p in again.problems] == [
            (Code.DUPLICATE, "2行目と同じ番号です。")
        ]

    def test_the_same_number_of_another_municipality_is_another_voucher(self):
        other = GOOD._replace(municipality_code="131041", scheme="2")

        assert all(row.is_taken for row in read(plain(GOOD, other)))

    def test_a_line_end_inside_a_cell_is_refused(self):
        (row,) = read(plain(GOOD._replace(name="見本\n太郎")))

        assert Code.CHARACTERS in {problem.code for problem in row.problems}

    def test_a_bare_return_inside_a_quoted_cell_is_refused(self):
        assert codes(name="見本\r太郎") == ["E04"]

    @pytest.mark.parametrize("wide", [10, 12, 256])
    def test_a_row_of_another_width_is_refused(self, wide):
        row, after = read(plain((*GOOD, *[""] * 300)[:wide], GOOD))

        assert [problem.code for problem in row.problems] == [Code.HEADER]
        assert after.is_taken

    def test_words_never_repeat_the_cell(self):
        bad = TargetRow(*(f"={cell}Ω" for cell in GOOD))
        (row,) = read(plain(bad))

        said = "".join(problem.words for problem in row.problems)
        assert len(row.problems) >= 9
        assert not any(cell in said for cell in bad)
        assert "Ω" not in said

    def test_every_dirty_cell_of_a_row_is_named(self):
        assert codes(sex="x", name="", voucher_number="1") == ["E14", "E05", "E06"]


class TestWarnings:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"name": "SAMPLE MARIA TEST DE LA EXAMPLE"}, ["W01"]),
            ({"postal_code": "060-0001"}, ["W02"]),
            ({"name": "𠮷見本　太郎"}, ["W03"]),
            ({"name": "神\U000e0100見本　太郎"}, ["W03"]),
            ({"born_on": "2015-01-01"}, ["W04"]),
            ({"born_on": "1950-00-00"}, ["W05"]),
            ({"born_on": "1950-04-00"}, ["W05"]),
            ({"born_on": "19500400"}, ["W05"]),
            ({"born_on": "1950/4/0"}, ["W05"]),
        ],
    )
    def test_each_has_its_code_and_the_row_is_taken(self, changes, expected):
        (row,) = read(plain(GOOD._replace(**changes)))

        assert [problem.code.value for problem in row.problems] == expected
        assert row.is_taken

    def test_variation_selectors_are_not_counted_in_a_name(self):
        assert "W01" not in codes(name="神\U000e0100" * 20)


class TestRefusedFile:
    @pytest.mark.parametrize(
        "header",
        [
            "個人番号",
            "マイナンバー",
            "宛名番号(住民番号)",
            "予診の回答",
            "国 籍",
            "世帯主氏名",
            "ｶﾅ",
        ],
    )
    def test_a_forbidden_column_refuses_the_whole(self, header):
        refused = refusal(plain((*GOOD, "x"), header=(*TARGET_LIST.headers, header)))

        assert refused.code is Code.FORBIDDEN
        assert "誤送付" in refused.words

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": NUMBER},
            {"address": "東京都見本市　１２３４－５６７８－９０１８"},
            {"voucher_number": NUMBER},
            {"old_voucher_number": "1234 5678 9018"},
        ],
    )
    def test_a_twelve_digit_number_refuses_the_whole(self, changes):
        refused = refusal(plain(GOOD, GOOD._replace(**changes)))

        assert refused.code is Code.FORBIDDEN
        assert refused.row == 3
        assert NUMBER not in refused.words

    @pytest.mark.parametrize(
        "header",
        [
            TARGET_LIST.headers[:-1],
            (*TARGET_LIST.headers, "備考"),
            tuple(reversed(TARGET_LIST.headers)),
            ("",) * 256,
            tuple(f"列{at}" for at in range(256)),
        ],
    )
    def test_a_missing_unknown_or_moved_column_refuses_the_whole(self, header):
        assert refusal(plain(GOOD, header=header)).code is Code.HEADER

    def test_an_empty_file(self):
        assert refusal(b"").code is Code.HEADER

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    @pytest.mark.parametrize("declared", ["utf-8", "cp932"])
    def test_utf_16_and_utf_32(self, encoding, declared):
        data = plain(GOOD).decode().encode(encoding)

        assert refusal(data, encoding=declared).code in {Code.ENCODING, Code.CHARACTERS}

    def test_cp932_declared_as_utf_8(self):
        refused = refusal(plain(GOOD).decode().encode("cp932"))

        assert (refused.code, refused.row) == (Code.ENCODING, 1)

    def test_utf_8_with_mark_declared_as_cp932(self):
        refused = refusal(codecs.BOM_UTF8 + plain(GOOD), encoding="cp932")

        assert refused.code is Code.ENCODING

    def test_utf_8_declared_as_cp932(self):
        assert refusal(plain(GOOD), encoding="cp932").code in {Code.ENCODING, Code.HEADER}

    @pytest.mark.parametrize("encoding", ["euc_jp", "", "utf-16"])
    def test_an_encoding_we_do_not_take(self, encoding):
        assert refusal(plain(GOOD), encoding=encoding).code is Code.ENCODING

    def test_names_the_row_that_cannot_be_decoded(self):
        many = plain(*[GOOD] * 5000)
        data = many + b'"\xff\xfe"\r\n'

        assert refusal(data).row == 5002

    @pytest.mark.parametrize(
        "bad", [b"\xed\xa0\x80", b"\xc0\x80", b"\xf8\x88\x80\x80\x80", b"\x80"]
    )
    def test_lone_surrogates_and_overlong_forms(self, bad):
        data = plain(GOOD._replace(name="@@")).replace(b"@@", bad)

        assert refusal(data).code is Code.ENCODING

    def test_lines_that_end_in_a_bare_return(self):
        assert refusal(plain(GOOD).replace(b"\r\n", b"\r")).code is Code.CHARACTERS

    def test_a_bare_return_outside_quotes(self):
        data = plain(GOOD).replace(b'"', b"").replace("見本　太郎".encode(), "見本\r太郎".encode())

        assert refusal(data).code is Code.CHARACTERS

    def test_a_quote_that_never_closes(self):
        data = plain(GOOD) + b'"1,"2"\r\n' + plain(GOOD) * 2000

        assert refusal(data).code in {Code.CHARACTERS, Code.FORBIDDEN}

    def test_a_line_without_end(self):
        assert refusal(plain(GOOD) + b"1" * 400_000).code is Code.LENGTH


class TestAge:
    def test_is_reached_the_day_before_the_birthday(self):
        assert age_at("1957-04-01", date(2022, 3, 31)) == 65
        assert age_at("1957-04-02", date(2022, 3, 31)) == 64
        assert age_at("2004-02-29", date(2021, 2, 28)) == 17

    def test_is_not_guessed_for_a_partly_unknown_date(self):
        assert age_at("1957-00-00", date(2022, 3, 31)) is None


class TestLayouts:
    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.id)
    def test_carry_only_what_their_party_may_hold(self, layout):
        assert not_allowed(party=layout.party, wanted=layout.items()) == ()

    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda found: found.id)
    def test_have_a_sample_that_passes_their_own_checks(self, layout):
        facts = Facts("999997", date(2021, 4, 1))
        rows = read(sample(layout), layout=layout, facts=facts)

        assert rows
        assert all(row.problems == () for row in rows)

    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda found: found.id)
    def test_explain_every_column(self, layout):
        lines = help_rows(layout)

        assert [line["header"] for line in lines] == list(layout.headers)
        assert all(line["type"] and line["size"] and line["required"] for line in lines)

    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda found: found.id)
    def test_fields_are_those_of_the_row(self, layout):
        row = layout.make_row(column.example for column in layout.columns)

        assert [column.field for column in layout.columns] == list(row._fields)

    def test_are_found_by_name_and_version(self):
        assert find(layout_id="TGT", version=1) is TARGET_LIST
        with pytest.raises(UnknownLayout):
            find(layout_id="TGT", version=2)

    def test_target_list_is_the_agreed_one(self):
        assert TARGET_LIST.headers == (
            "処理区分",
            "自治体コード",
            "接種券番号",
            "旧接種券番号",
            "氏名",
            "生年月日",
            "性別",
            "郵便番号",
            "住所",
            "転出死亡フラグ",
            "接種区分",
        )

    def test_roster_has_no_contact_and_no_address(self):
        assert not {"phone", "email", "address", "postal_code"} & set(ROSTER.items())


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)


class TestExcelSafety:
    @given(st.text())
    def test_no_written_cell_starts_a_formula(self, text):
        cell = characters.excel_safe(text)

        assert not cell.lstrip(" \u3000").startswith(tuple("=+-@＝＋－＠−\t\r\x00"))

    @given(st.text())
    def test_the_text_comes_back(self, text):
        assert characters.as_written(characters.excel_safe(text)) == text

    @pytest.mark.parametrize("text", ["=1", "＝1", "@a", " =1", "\t=1", "'=1", "''=1", '"=1', "-1"])
    def test_formulas_are_defused(self, text):
        assert characters.excel_safe(text) == f"'{text}"

    @given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
    def test_what_is_written_is_what_a_reader_of_csv_sees(self, rows):
        import csv

        text = "".join(csv_line(row) for row in rows)
        seen = list(csv.reader(io.StringIO(text, newline=""), strict=True))

        assert [[characters.as_written(cell) for cell in row] for row in seen] == rows

    def test_written_file_has_mark_quotes_and_line_ends(self):
        data = b"".join(write(layout=TARGET_LIST, rows=[GOOD]))

        assert data.startswith(codecs.BOM_UTF8 + '"処理区分","'.encode())
        assert data.endswith(b'"0","1"\r\n')
        assert data.count(b"\r\n") == data.count(b"\n") == 2


NAME = TEXT.map(str.strip).filter(
    lambda text: (
        0 < characters.length(text) <= 100
        and text == text.strip(characters.SPACE)
        and not characters.has_hidden(text)
        and not characters.has_gaiji(text)
    )
)


class TestRoundTrip:
    @given(NAME)
    def test_any_name_in_a_roster_comes_back(self, name):
        from exchange.layouts.reading import carries_forbidden_number

        row = [column.example for column in ROSTER.columns]
        row[ROSTER.index("name")] = name
        if carries_forbidden_number(name):
            return
        (back,) = read(b"".join(write(layout=ROSTER, rows=[row])), layout=ROSTER)

        assert back.is_taken
        assert list(back.values) == row

    @given(NAME.filter(lambda text: not characters.starts_formula(text)))
    def test_any_harmless_name_in_a_target_list_comes_back(self, name):
        from exchange.layouts.reading import carries_forbidden_number

        if carries_forbidden_number(name):
            return
        row = GOOD._replace(name=name)
        (back,) = read(b"".join(write(layout=TARGET_LIST, rows=[row])))

        assert back.values == row
        assert back.is_taken

    @given(TEXT)
    def test_the_quick_way_and_the_close_look_agree(self, name):
        """A row the quick way passes must be one the close look has nothing to say about."""
        from exchange.layouts.kinds import Text

        text = TARGET_LIST.columns[TARGET_LIST.index("name")].kind
        import re

        assert isinstance(text, Text)
        if re.fullmatch(text.clean, name):
            assert text.look(name) == (name, ())


class TestBlocks:
    @given(st.integers(1, 80))
    def test_rows_do_not_depend_on_where_a_block_ends(self, size):
        class Slow(io.BytesIO):
            def read(self, _=-1):
                return super().read(size)

        data = codecs.BOM_UTF8 + plain(
            *[GOOD._replace(voucher_number=f"{n:010}") for n in range(9)]
        )
        stream = Slow(data)
        rows = list(reading.read(layout=TARGET_LIST, stream=stream, encoding="utf-8", facts=FACTS))

        assert [row.number for row in rows] == list(range(2, 11))
        assert all(row.is_taken for row in rows)


def test_row_numbers_rise_and_every_row_is_reported_once():
    rows = read(plain(*[GOOD._replace(voucher_number=f"{n:010}") for n in range(50)]))
    numbers = [row.number for row in rows]

    assert all(b == a + 1 for a, b in pairwise(numbers))
    assert Counter(chain(numbers)).most_common(1)[0][1] == 1
