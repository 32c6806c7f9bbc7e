"""Any acts in any order: after each the house must say what the reference model says (R03)."""

from collections import Counter
from contextlib import ExitStack
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from drills.model import house, told
from drills.model.acts import Acts
from drills.model.reference import DAY, HOUR, MINUTE
from tenancy.current import current, municipality_atomic

LAST = 20 * DAY  # offers are answered within a day while the slots are far away
people = st.sampled_from(house.PEOPLE)
doses = st.sampled_from((1, 2))
slots = st.sampled_from(tuple(house.SLOTS))
places = st.tuples(slots, st.sampled_from(house.CHANNELS))
numbers = st.integers(0, 5)
steps = st.sampled_from((MINUTE, 4 * MINUTE, 8 * MINUTE, 40 * MINUTE, 6 * HOUR, DAY, 25 * HOUR))


class Machine(RuleBasedStateMachine):
    """One municipality and its model; rolled back at the end."""

    done: ClassVar[Counter[str]] = Counter()
    real: ClassVar[house.House]

    def __init__(self) -> None:
        """Both begin alike."""
        super().__init__()
        self.at = 0
        self.around = ExitStack()
        self.around.enter_context(municipality_atomic())
        house.forget()
        self.model = Acts(house.beginning(), due=house.due())

    def teardown(self) -> None:
        """Nothing is left."""
        transaction.set_rollback(True, using=current().database)
        self.around.close()

    def both(self, name: str, *given: Any) -> None:
        """Do it to both; they must agree on whether it may be done, and on everything after it."""
        self.at += 1
        was_done = self.real.act(name, *given, at=self.at)
        is_right = self.model.act(name, *given, at=self.at)
        assert was_done == is_right, f"{name}: the house says {was_done}, the model {is_right}"
        self.done[name] += was_done
        self.agree(name)

    def agree(self, after: str) -> None:
        """They say the same."""
        found = told.differences(self.model.now, self.real)
        assert not found, f"after {after}: {found}"

    @initialize(booked=st.integers(0, 4), waiting=st.integers(0, 3))
    def some_were_here_before(self, booked: int, waiting: int) -> None:
        """Some have a place, others wait for one: otherwise little would happen."""
        for number, person in enumerate(house.PEOPLE[:booked]):
            self.both("claim", person, {1: ("first", "web" if number < 2 else "phone")})
        for person in house.PEOPLE[-waiting:] if waiting else ():
            self.both("join", person, 1)

    @rule(person=people, dose=doses, place=places)
    def claims(self, person: str, dose: int, place: Any) -> None:
        """Book one dose."""
        self.both("claim", person, {dose: place})

    @rule(person=people, first=places, second=places)
    def claims_a_pair(self, person: str, first: Any, second: Any) -> None:
        """Book both doses or neither."""
        self.both("claim", person, {1: first, 2: second})

    @rule(number=numbers, place=places)
    def moves(self, number: int, place: Any) -> None:
        """Change."""
        self.both("move", number, place)

    @rule(number=numbers)
    def cancels(self, number: int) -> None:
        """Cancel."""
        self.both("cancel", number)

    @rule(person=people, dose=doses, place=places)
    def holds(self, person: str, dose: int, place: Any) -> None:
        """Come to the confirm page."""
        self.both("hold", person, {dose: place})

    @rule(person=people, first=st.sampled_from(house.CHANNELS), second=st.sampled_from(house.CHANNELS))  # fmt: skip
    def holds_a_pair(self, person: str, first: str, second: str) -> None:
        """Come to it with both doses, and book them or not."""
        wanted = {1: ("first", first), 2: ("third", second)}
        self.both("hold", person, wanted)
        self.both("claim", person, wanted)

    @rule(person=people, act=st.sampled_from(("extend", "let_go")))
    def decides(self, person: str, act: str) -> None:
        """Want more time, or go back."""
        self.both(act, person)

    @rule(person=people, dose=doses, act=st.sampled_from(("join", "join", "leave", "resume")))
    def waits(self, person: str, dose: int, act: str) -> None:
        """Come to the waiting list, leave it, come back."""
        self.both(act, person, dose)

    @rule(number=numbers, act=st.sampled_from(("take", "take", "decline")))
    def answers(self, number: int, act: str) -> None:
        """Answer an offer, in time or not, once or again."""
        self.both(act, number)

    @rule(number=numbers)
    def answers_from_the_page(self, number: int) -> None:
        """Who is offered a place holds it at the confirm page too, and then follows the link."""
        if offers := self.model.offers():
            offer = offers[number % len(offers)]
            self.both("hold", offer.entry.person, {offer.entry.dose: offer.place})
            self.both("take", number)

    @rule(person=people, other=people, place=places)
    def runs_out(self, person: str, other: str, place: Any) -> None:
        """A hold runs out, and somebody else comes before the sweeper."""
        self.both("hold", person, {1: place})
        self.at += 8 * MINUTE
        self.both("claim", other, {1: place})

    @rule(slot=slots, capacity=st.integers(1, 3))
    def is_released(self, slot: str, capacity: int) -> None:
        """Telephone places go to the web, more are added, and the task runs again."""
        self.at = min(self.at + DAY, LAST)
        self.both("follow")
        self.both("resize", (slot, "phone"), capacity)
        self.both("follow")

    @rule(place=places, capacity=st.sampled_from((0, 1, 1, 2, 2, 3, 4)))
    def resizes(self, place: Any, capacity: int) -> None:
        """More or fewer places."""
        self.both("resize", place, capacity)

    @rule(slot=slots, act=st.sampled_from(("close", "reopen", "reopen")))
    def closes(self, slot: str, act: str) -> None:
        """A slot closes or opens again."""
        self.both(act, slot)

    @rule(count=st.integers(1, 3), step=steps)
    def plans(self, count: int, step: int) -> None:
        """A plan is armed, unless its inspection finds an error: that has tests of its own."""
        self.at += 1
        if self.real.act("plan", count, self.at + step, at=self.at):
            self.model.act("plan", count, self.at + step, at=self.at)
            self.done["plan"] += 1
        self.agree("plan")

    @rule(number=numbers)
    def withdraws(self, number: int) -> None:
        """A plan is withdrawn."""
        self.both("withdraw", number)

    @rule(person=people, may_book=st.sampled_from((False, True, True)))
    def flags(self, person: str, may_book: bool) -> None:  # noqa: FBT001 - drawn
        """A target list names somebody."""
        self.both("flag", person, may_book)

    @rule(step=steps)
    def time_goes_on(self, step: int) -> None:
        """The clock steps forwards."""
        self.at = min(self.at + step, LAST)

    @rule(task=st.sampled_from(("sweep_holds", "sweep_list", "follow")))
    def a_task_runs(self, task: str) -> None:
        """One of the minute's tasks."""
        self.both(task)


def play(*acts: tuple[Any, ...]) -> None:
    """These acts, each after so many seconds: (0, "claim", …). Raises where they differ."""
    with municipality_atomic():
        Machine.real = house.House()
        here = Machine()
        try:
            for seconds, name, *given in acts:
                here.at += seconds
                here.both(name, *given)
        finally:
            here.teardown()
            transaction.set_rollback(True, using=current().database)


def run(*, examples: int, steps_each: int, seeded: int | None = None) -> None:
    """So many runs of so many acts; raises where house and model differ.

    Without a seed the same runs each time. A defect needs no smallest example: it is only caught.
    """
    chosen = settings(
        max_examples=examples, stateful_step_count=steps_each, deadline=None, database=None,
        derandomize=seeded is None, phases=(Phase.generate,), verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip

    class Mine(Machine):
        """With a seed of its own."""

    machine = Mine if seeded is None else seed(seeded)(Mine)
    with municipality_atomic():
        Machine.real = house.House()
        try:
            run_state_machine_as_test(machine, settings=chosen)
        finally:
            transaction.set_rollback(True, using=current().database)
