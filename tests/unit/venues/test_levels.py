"""○ △ × – are said by one rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.levels import Level, best, level


@pytest.mark.parametrize(
    ("capacity", "left", "said"),
    [(10, 10, "many"), (10, 3, "many"), (10, 2, "few"), (20, 4, "few"), (10, 0, "none"), (0, 0, "none")],
)  # fmt: skip
def test_few_are_two_or_a_fifth(capacity, left, said):
    assert level(capacity=capacity, left=left, is_open=True) == said


def test_a_closed_slot_says_closed_however_much_is_left():
    assert level(capacity=10, left=10, is_open=False) == Level.CLOSED


def test_the_best_level_speaks_for_many_slots():
    assert best([Level.NONE, Level.FEW, Level.CLOSED]) == Level.FEW
    assert best([]) == Level.CLOSED


@given(st.integers(0, 500), st.data())
def test_more_left_is_never_said_to_be_worse(capacity, data):
    left = data.draw(st.integers(0, capacity))
    more = data.draw(st.integers(left, capacity))
    order = list(Level)

    less_said = level(capacity=capacity, left=left, is_open=True)
    more_said = level(capacity=capacity, left=more, is_open=True)

    assert order.index(more_said) <= order.index(less_said)
