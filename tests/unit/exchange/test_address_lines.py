"""An address is laid over three lines and no number is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.address_lines import WIDTH, AddressTooLongError, split_address
from exchange.layouts.characters import starts_formula


@pytest.mark.parametrize("number", ["12-345", "１２－３４５", "三丁目", "101号室", "5の12"])
@pytest.mark.parametrize("before", range(30, 41))
def test_a_number_at_the_end_of_a_line_stays_whole(number: str, before: int) -> None:
    lines = split_address("見" * before + number + "本")
    assert sum(number in line for line in lines) == 1


def test_a_variation_selector_stays_with_its_character() -> None:
    first, second, _ = split_address("見" * 39 + "葛\U000e0100")
    assert (first, second) == ("見" * 39, "葛\U000e0100")


@pytest.mark.parametrize("address", ["見" * 121, "1" * 41])
def test_what_does_not_fit_is_refused(address: str) -> None:
    with pytest.raises(AddressTooLongError):
        split_address(address)


@given(st.text(alphabet="見本区１2-－のア丁目番号 ", max_size=100))
def test_nothing_is_lost_and_no_line_is_too_long(address: str) -> None:
    try:
        lines = split_address(address)
    except AddressTooLongError:
        return
    assert "".join(lines) == address
    assert all(len(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("mark", ["－", "-", "＋", "　－", "@", "="])
@pytest.mark.parametrize("before", range(30, 41))
def test_no_line_begins_like_a_formula(mark: str, before: int) -> None:
    """Such a cell gets an apostrophe in the file, which the printer would put on the envelope."""
    address = "見" * before + "棟" + mark + "１０１号室"
    lines = split_address(address)
    assert "".join(lines) == address
    assert not any(starts_formula(line) for line in lines)
    assert sum("１０１号室" in line for line in lines) == 1
