"""The line of a voucher is read as the ward's own command reads it."""

import json
from pathlib import Path

import pytest

from booking import ocr_line

CASES = json.loads((Path(__file__).parents[2] / "golden" / "voucher_lines.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["read"], ids=lambda case: case["typed"])
def test_reads(case):
    wanted = {"municipality_code": None, "dose_number": None, "voucher_type": None} | case

    assert vars(ocr_line.read(wanted.pop("typed"))) == wanted


@pytest.mark.parametrize("typed", CASES["misread"])
def test_refuses_a_misread_line(typed):
    with pytest.raises(ocr_line.NotALine):
        ocr_line.read(typed)


@pytest.mark.parametrize("typed", CASES["no_number"])
def test_refuses_what_is_no_number(typed):
    with pytest.raises(ocr_line.NotAVoucherNumber) as refusal:
        ocr_line.read(typed)
    assert type(refusal.value) is ocr_line.NotAVoucherNumber


@pytest.mark.parametrize("typed", CASES["elsewhere"])
def test_tells_another_municipality(typed):
    assert ocr_line.read(typed).municipality_code != CASES["municipality_code"]
