"""The line of a voucher is read as the platform reads it, and judged for one municipality."""

import json
from pathlib import Path

import pytest

from wardside import voucher_line

CASES = json.loads((Path(__file__).parents[2] / "golden" / "voucher_lines.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["read"], ids=lambda case: case["typed"])
def test_reads(case):
    wanted = {"municipality_code": None, "dose_number": None, "voucher_type": None} | case

    assert vars(voucher_line.read(wanted.pop("typed"))) == wanted


@pytest.mark.parametrize("typed", CASES["misread"])
def test_refuses_a_misread_line(typed):
    with pytest.raises(voucher_line.Misread):
        voucher_line.read(typed)


@pytest.mark.parametrize("typed", CASES["no_number"])
def test_refuses_what_is_no_number(typed):
    with pytest.raises(voucher_line.NotANumber):
        voucher_line.read(typed)


@pytest.mark.parametrize("typed", CASES["elsewhere"])
def test_refuses_another_municipality(typed):
    with pytest.raises(voucher_line.FromElsewhere):
        voucher_line.read_here(typed, municipality_code=CASES["municipality_code"])


class TestCommand:
    def test_judges_what_the_scanner_types_and_repeats_four_figures(self, run):
        ran = run(
            "check-barcode", "--municipality", "999997",
            typed="219999979990001234\n9990005678\n219999989990000001\n231310410000000007\nabc\n\n",
        )  # fmt: skip

        assert ran.exit == 1
        said = ran.out.splitlines()
        assert "******1234" in said[0] and "1回目" in said[0]
        assert "******5678" in said[1]
        assert "検査数字が合いません" in said[2]
        assert "ほかの市区町村" in said[3]
        assert "接種券の数字ではありません" in said[4]
        assert "999000" not in ran.said

    def test_is_content_when_all_are_sound(self, run):
        assert run("check-barcode", "--municipality", "999997", typed="9990000001\n").exit == 0

    def test_refuses_a_wrong_municipality_of_ours(self, run):
        assert run("check-barcode", "--municipality", "999998").exit == 3
