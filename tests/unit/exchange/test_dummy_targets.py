"""People who do not exist, with realistic shapes."""

import io
from collections import Counter
from datetime import date

import pytest

from exchange.dummy_targets import TooMany, Wish, rows, voucher_number
from exchange.layouts import TARGET_LIST, reading
from exchange.layouts.characters import fits_cp932
from exchange.layouts.layout import Facts
from exchange.layouts.problems import Code
from exchange.layouts.target_list import age_at
from exchange.layouts.writing import write

BASE = date(2021, 4, 1)


def wish(people=2000, **options):
    return Wish(people=people, municipality_code="999997", base_date=BASE, **options)


def checked(found):
    stream = io.BytesIO(b"".join(write(layout=TARGET_LIST, rows=found)))
    facts = Facts("999997", BASE, youngest=12)
    return list(reading.read(layout=TARGET_LIST, stream=stream, encoding="utf-8", facts=facts))


def test_the_same_seed_gives_the_same_people():
    assert list(rows(wish(50))) == list(rows(wish(50)))
    assert list(rows(wish(50))) != list(rows(wish(50, seed=2)))


def test_every_row_is_taken():
    assert all(row.is_taken for row in checked(rows(wish())))


def test_voucher_numbers_are_unique_and_of_a_series_never_issued():
    numbers = {voucher_number(seed=3, serial=serial) for serial in range(50_000)}

    assert len(numbers) == 50_000
    assert all(len(number) == 10 and number.startswith("999") for number in numbers)


def test_everybody_is_marked_as_dummy_and_old_enough():
    found = list(rows(wish()))

    assert all("ダミー" in row.address for row in found)
    assert min(age_at(row.born_on, BASE) for row in found) >= 12


def test_has_every_age_band_flag_and_shape_of_name():
    found = list(rows(wish(5000)))
    elders = sum(age_at(row.born_on, BASE) >= 65 for row in found)

    assert 0.15 < elders / len(found) < 0.28
    assert set(Counter(row.status_flag for row in found)) == {"0", "1", "2"}
    assert any(row.name.isascii() and len(row.name) > 20 for row in found)
    assert any("\U000e0100" in row.name for row in found)
    assert any("髙" in row.name for row in found)
    assert any("𠮷" in row.name for row in found)


def test_can_keep_to_the_old_code_of_windows():
    assert all(fits_cp932("".join(row)) for row in rows(wish(only_cp932=True)))


def test_spoils_as_many_rows_as_asked():
    found = checked(rows(wish(1000, gaiji=7, errors=20)))
    refused = [row for row in found if not row.is_taken]
    gaiji = [row for row in refused if row.problems[0].code is Code.GAIJI]

    assert len(refused) == 27
    assert len(gaiji) == 7
    assert len({problem.code for row in refused for problem in row.problems}) >= 8


def test_refuses_more_spoilt_rows_than_people():
    with pytest.raises(TooMany):
        list(rows(wish(5, errors=6)))
    with pytest.raises(TooMany):
        list(rows(wish(10_000_001)))
