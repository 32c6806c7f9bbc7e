"""What processes measure becomes the limits of all of them."""

import pytest

from frontdoor import line, measuring
from frontdoor.limits import AIM


@pytest.fixture
def span(monkeypatch, settings):
    """The five seconds that are now, as the test says."""
    settings.WAKU_DOOR_TUNES_ITSELF = True
    found = {"now": 1000}
    monkeypatch.setattr(measuring, "_span", lambda: found["now"])
    return found


def test_several_processes_find_one_limit(door, span):
    clock = [10.0]
    processes = [measuring.Measuring(clock=lambda: clock[0]) for _ in range(3)]
    for _ in range(40):
        span["now"] += 1
        clock[0] += 5
        for one in processes:
            for number in range(30):
                one.add(door.code, seconds=0.02, effort=0.01, entries=number % 10 == 0)
            one.tell()

    found = measuring.automatic(door.code)

    assert found.effort == pytest.approx(0.01, rel=0.05)
    assert found.pages == pytest.approx(10, rel=0.05)  # ninety pages and nine entries a span
    assert found.per_minute == pytest.approx(
        60 * AIM * measuring.processors() / 0.01 / 10 * found.factor, rel=0.05
    )
    assert door.step().is_inside


def test_a_lost_valkey_loses_figures_only(door, monkeypatch, settings):
    settings.WAKU_DOOR_TUNES_ITSELF = True

    def lost(_ask):
        raise line.Lost

    monkeypatch.setattr(line, "said", lost)
    one = measuring.Measuring()
    one.add(door.code, seconds=1, effort=1)
    one.tell()
