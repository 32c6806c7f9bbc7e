"""R03 in a small: any acts in any order, and the house says what the reference model says."""

import pytest

from drills.model import defects, house, machine
from drills.model.reference import DAY, MINUTE
from tenancy.current import serving

pytestmark = pytest.mark.concurrency
ONE, TWO, THREE, FOUR = house.PEOPLE
WEB, PHONE, LATER = ("first", "web"), ("first", "phone"), ("third", "web")
FULL = [(0, "claim", ONE, {1: WEB}), (0, "claim", TWO, {1: WEB})]


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        yield


def test_any_order_of_acts_is_as_in_the_model(town):
    machine.Machine.done.clear()

    machine.run(examples=20, steps_each=25)

    done = machine.Machine.done
    assert all(done[name] for name in ("claim", "hold", "move", "cancel", "join", "take")), done


# What shows each defect in a few acts; `make drill` must come upon them by itself.
SHOWN = {
    "hold_not_inert": [
        *FULL[:1], (0, "hold", TWO, {1: WEB}), (8 * MINUTE, "claim", THREE, {1: WEB}),
    ],
    "release_twice": [(2 * DAY, "follow"), (0, "resize", PHONE, 3), (0, "follow")],
    "offer_not_held": [*FULL, (0, "join", THREE, 1), (0, "cancel", 0)],
    "flag_not_asked": [(0, "flag", ONE, False), (0, "claim", ONE, {1: WEB})],
    "list_not_told": [*FULL, (0, "join", THREE, 1), (0, "cancel", 0)],
    "old_place_kept": [*FULL, (0, "move", 0, ("second", "web"))],
    "withheld_given_out": [
        (0, "plan", 1, MINUTE), (DAY, "claim", ONE, {1: WEB}), (0, "claim", TWO, {1: WEB}),
    ],
    "late_answer_counts": [
        *FULL, (0, "join", THREE, 1), (0, "cancel", 0), (DAY + MINUTE, "take", 0),
    ],
    "hold_not_entered": [(0, "hold", ONE, {1: WEB, 2: LATER})],
}  # fmt: skip


def test_every_defect_is_shown_here():
    assert SHOWN.keys() == defects.DEFECTS.keys()


@pytest.mark.parametrize("name", list(SHOWN))
def test_a_defect_is_noticed(town, name):
    """If this ever fails, the test above proves nothing."""
    machine.play(*SHOWN[name])

    with defects.at_work(name), pytest.raises(Exception, match=r"expected|says|kept|I1"):
        machine.play(*SHOWN[name])


def test_who_holds_and_is_offered_the_same_place_leaves_none_behind(town):
    """The link ends the hold that was made for it, never another one in its place."""
    for _ in range(4):  # which of two holds came first was once left to chance
        machine.play(
            *FULL, (0, "join", THREE, 1), (0, "resize", WEB, 3), (0, "resize", WEB, 4),
            (0, "hold", THREE, {1: WEB}), (0, "take", 0),
        )  # fmt: skip
