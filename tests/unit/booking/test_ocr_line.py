"""The line of a voucher, as it is printed and as it is typed."""

import pytest

from booking.ocr_line import NotALine, NotAVoucherNumber, OcrLine, read


class TestRead:
    @pytest.mark.parametrize(
        "typed",
        ["9990000001", "９９９００００００１", " 999-000-0001 ", "9990ー000001", "99 90 00 00 01"],
    )
    def test_takes_ten_figures_however_they_are_typed(self, typed):
        assert read(typed) == OcrLine("9990000001")

    def test_takes_the_whole_line_apart(self):
        assert read("２１ 999997 9990000001") == OcrLine("9990000001", "999997", 1, "2")

    def test_refuses_a_line_of_no_municipality(self):
        with pytest.raises(NotALine):
            read("21" + "999998" + "9990000001")

    @pytest.mark.parametrize(
        "typed",
        ["", "999000000", "99900000012", "999000000x", "9990000001\x00", "一二三"],
    )
    def test_refuses_anything_else(self, typed):
        with pytest.raises(NotAVoucherNumber):
            read(typed)
