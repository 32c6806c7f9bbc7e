"""The command itself: its words, its ends, and what comes of anything that may be handed to it."""

import re
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.house.sources import ROOT
from tests.unit.wardside.conftest import CODE, HEADERS, names, person
from wardside import cells, characters, commands, ledgers, numbers, outputs, results, tables
from wardside.command import main
from wardside.layouts import BadLayout, load
from wardside.problems import EXPLAINED, Code, Found
from wardside.targets import Extraction, Wish
from wardside.words import Cannot, Stop, Words

PLAIN = settings(max_examples=150, deadline=None)


def words_of(module):
    return [value for value in vars(module).values() if isinstance(value, Words)]


class TestWords:
    @pytest.mark.parametrize("one", commands.COMMANDS, ids=lambda one: one.NAME)
    def test_are_there_in_both_languages(self, one):
        for words in words_of(one):
            assert words.ja and words.en
            assert any(ord(char) > 0x3000 for char in words.ja) or "{" in words.ja
            assert words.en.isascii() or any(sign in words.en for sign in "確個宛発ダ✕○")

    def test_every_code_is_explained(self):
        assert set(EXPLAINED) == set(Code)

    @pytest.mark.parametrize("one", commands.COMMANDS, ids=lambda one: one.NAME)
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_help_of_each(self, one, language, capsys):
        with pytest.raises(SystemExit) as end:
            main([one.NAME, "--help", "--lang", language])

        assert end.value.code == 0
        told = " ".join(capsys.readouterr().out.split())
        assert one.ABOUT.told(language)[:20] in told


class TestUse:
    def test_a_wrong_use_ends_with_2_and_repeats_nothing_that_was_typed(self, capsys):
        for typed in (
            ["check-barcode", "--municipality", "9990000001"],
            ["check-barcode", "--municipality", CODE, "9990000001"],
            ["9990000001"],
            ["targets", "--base-date", "9990000001"],
        ):
            with pytest.raises(SystemExit) as end:
                main(typed)
            assert end.value.code == 2
            told = capsys.readouterr()
            assert "9990000001" not in told.out + told.err
            assert "使い方が違います" in told.err

    def test_runs_as_a_module(self):
        ran = subprocess.run(
            [sys.executable, "-m", "wardside", "check-barcode", "--municipality", CODE],
            cwd=ROOT, input="9990000001\n", capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert (ran.returncode, ran.stderr) == (0, "")

    def test_an_encoding_is_proposed_never_taken(self, run, ledger, out, notice):
        for encoding in ("cp932", "utf-8"):
            ran = run(
                "targets", "--ledger", ledger([person(1)], encoding=encoding), "--municipality",
                CODE, "--base-date", "2026-05-01", "--out", out, "--notice", notice,
            )  # fmt: skip
            assert ran.exit == 2
            assert f"{encoding} のようです" in ran.err

    def test_a_missing_file_or_folder_is_told(self, run, tmp_path, out, notice, ledger):
        base = ("--municipality", CODE, "--base-date", "2026-05-01", "--encoding", "cp932")
        gone = run(
            "targets", "--ledger", tmp_path / "gone.csv", *base, "--out", out, "--notice", notice
        )
        nowhere = run(
            "targets", "--ledger", ledger([person(1)]), *base, "--out", tmp_path / "no",
            "--notice", notice,
        )  # fmt: skip

        assert (gone.exit, nowhere.exit) == (4, 4)

    def test_broken_off_leaves_nothing(self, run, ledger, out, notice, monkeypatch):
        def breaks(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(tables, "records", breaks)
        ran = run(
            "targets", "--ledger", ledger([person(1)]), "--encoding", "cp932", "--municipality",
            CODE, "--base-date", "2026-05-01", "--out", out, "--notice", notice, "--write",
        )  # fmt: skip

        assert ran.exit == 130
        assert names(out) == names(notice) == []


class TestOutputs:
    def test_are_named_together_or_not_at_all(self, tmp_path, monkeypatch):
        (tmp_path / "b").mkdir()
        with pytest.raises(Cannot), outputs.fresh() as made:
            made.open(tmp_path / "one.csv").write(b"1")
            made.open(tmp_path / "b" / "two.csv").write(b"2")
            (tmp_path / "b" / "two.csv").touch()  # somebody was quicker

        assert names(tmp_path) == ["b", "two.csv"]

    def test_where_files_have_one_name_only_they_are_renamed(self, tmp_path, monkeypatch):
        def never(*_):
            raise OSError

        monkeypatch.setattr(outputs.os, "link", never)
        with outputs.fresh() as made:
            made.open(tmp_path / "one.csv").write(b"1")
        with pytest.raises(Cannot), outputs.fresh() as made:
            made.open(tmp_path / "one.csv")

        assert names(tmp_path) == ["one.csv"]


class TestLayoutFiles:
    @pytest.mark.parametrize(
        "text",
        [
            "", "[]", "{}", "x" * 99, '{"id":1}', "[" * 99_999,
            '{"id":"LED","version":1,"title":{"ja":"x","en":"x"},"source":"ours","columns":[{"field":"a"}]}',
            '{"id":"LED","version":1,"title":{"ja":"x","en":"x"},"source":"ours","columns":[{"field":"a","header":"a","kind":"magic"}]}',
            '{"id":"LED","version":1,"title":{"ja":"x","en":"x"},"source":"ours","columns":[{"field":"a","header":"a","kind":"pattern","shape":"("}]}',
            '{"id":"LED","version":true,"title":{"ja":"x","en":"x"},"source":"ours","columns":[{"field":"a","header":"a","kind":"text"}]}',
            '{"id":"LED","version":1,"title":{"ja":"x","en":"x"},"source":"ours","columns":[{"field":"a","header":"a","kind":"text"}]}',
        ],
    )  # fmt: skip
    def test_that_cannot_be_used_are_refused_in_words(self, tmp_path, text):
        path = tmp_path / "layout.json"
        path.write_text(text, "utf-8")

        with pytest.raises(BadLayout):
            ledgers.layout(path)


class TestAnything:
    """Whatever bytes come, each reader reads them or refuses in words."""

    BYTES = st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(st.lists(st.text(max_size=12), max_size=20), max_size=5).map(
            lambda rows: "\r\n".join([",".join(HEADERS), *map(",".join, rows)]).encode(
                "utf-8", "surrogatepass"
            )
        ),
    )

    @given(raw=BYTES, encoding=st.sampled_from(tables.ENCODINGS))
    @example(raw=b"\x00" * 50, encoding="cp932")
    @PLAIN
    def test_as_a_ledger(self, raw, encoding):
        import io
        from datetime import date

        work = Extraction(ledger=load("ledger"), wish=Wish(CODE, date(2026, 5, 1)))
        try:
            list(work.chunks(io.BytesIO(raw), encoding=encoding))
        except Stop as stop:
            assert stop.words.ja and stop.words.en

    @given(raw=BYTES, name=st.sampled_from(["res", "resw", "vrs_results", "rst"]))
    @PLAIN
    def test_as_results(self, raw, name):
        import io

        try:
            list(results.rows(io.BytesIO(raw), layout=load(name), encoding="utf-8", found=Found()))
        except Stop as stop:
            assert stop.words.ja

    @given(cell=st.text(max_size=40))
    @PLAIN
    def test_as_a_cell(self, cell):
        for name in ("tgt", "res", "ledger"):
            for column in load(name).columns:
                text, codes = cells.look(column, cell)
                assert isinstance(text, str)
                assert all(isinstance(code, Code) for code in codes)

    @given(text=st.text(max_size=30))
    @example(text="＝1+1")
    @example(text=" \t=1")
    @example(text="-")
    @example(text="-1,000.5")
    @example(text="'=1")
    @PLAIN
    def test_no_cell_runs_and_each_is_read_back(self, text):
        safe = characters.excel_safe(text)

        assert characters.as_written(safe) == text
        if characters.starts_formula(text) and not re.fullmatch("[-－−+0-9.,]+", text):
            assert safe.startswith("'")

    @given(digits=st.from_regex(r"[0-9]{12}", fullmatch=True))
    @PLAIN
    def test_the_platform_calls_the_same_numbers_national(self, digits):
        from shared.forbidden_items import check_digit_holds

        assert numbers.is_national(digits) == check_digit_holds(digits)

    @given(code=st.from_regex(r"[0-9]{6}", fullmatch=True))
    @PLAIN
    def test_the_platform_calls_the_same_codes_sound(self, code):
        from tenancy import codes

        assert numbers.is_code(code) == codes.is_valid(code)
