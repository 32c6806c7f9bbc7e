"""What the ward does to the inventory: more and fewer places, release rules, plans, lists."""

from drills.model.reference import Inventory, No, Place, Plan

RULES = ("at", "below")  # in the order in which they are followed


class WardActs:
    """The acts of those who open places; people's own are beside them."""

    def __init__(self, inventory: Inventory, *, due: dict[str, int]) -> None:
        """`due`: when the free telephone places of a slot go to the web."""
        self.now, self.due, self.ran = inventory, due, set[str]()

    # The ward.

    def resize(self, place: Place, capacity: int, at: int) -> None:
        """More or fewer, never below what is taken or held."""
        self.now.tidy({place}, at)
        bucket = self.now.buckets[place]
        if bucket.taken + bucket.held > capacity:
            raise No
        before, bucket.capacity = bucket.capacity, capacity
        if capacity > before:
            self.now.freed({place}, at)

    def close(self, slot: str, at: int) -> None:
        """Nobody books here; nobody is cancelled."""
        del at
        for place in self._both(slot):
            self.now.buckets[place].is_open = False

    def reopen(self, slot: str, at: int) -> None:
        """Everybody does again."""
        web, phone = self._both(slot)
        was_closed = not self.now.buckets[web].is_open
        for place in (web, phone):
            self.now.buckets[place].is_open = True
        if was_closed:
            self.now.freed({web, phone}, at)

    def follow(self, at: int) -> None:
        """Free telephone places go to the web: all at the time, once; one whenever it has none."""
        for rule in RULES:
            for slot in self.now.slots:
                if rule == "at" and (slot in self.ran or self.due[slot] > at):
                    continue
                self._follow(rule, slot, at)
                if rule == "at":
                    self.ran.add(slot)

    def _follow(self, rule: str, slot: str, at: int) -> None:
        web, phone = self._both(slot)
        self.now.tidy({web, phone}, at)
        to, source = self.now.buckets[web], self.now.buckets[phone]
        free = source.capacity - source.taken - source.held
        if rule == "below":
            free = min(1, free) if to.capacity - to.taken - to.held < 1 else 0
        if free > 0:
            source.capacity -= free
            to.capacity += free
            self.now.freed({web}, at)

    def plan(self, places: int, opens_at: int, at: int) -> None:
        """From then on so many web places of each slot, and nobody before; the rest never."""
        del at
        plan = Plan(places, opens_at)
        for place, bucket in self.now.buckets.items():
            if place[1] == "web":
                for one in self.now.plans:  # what was closed for good is this plan's now
                    one.withheld.pop(place, None)
                    if one.opens_at is None:
                        one.opened.discard(place)
                plan.opened.add(place)
                if bucket.capacity > places:
                    plan.withheld[place] = bucket.capacity - places
        self.now.plans.append(plan)

    def withdraw(self, number: int, at: int) -> None:
        """What has not opened stays closed."""
        plans = [one for one in self.now.plans if not one.is_withdrawn]
        if not plans:
            raise No
        plan = plans[number % len(plans)]
        plan.is_withdrawn = True
        if plan.opens_at is not None and plan.opens_at > at:
            plan.opens_at = None

    def flag(self, person: str, may_book: bool, at: int) -> None:  # noqa: FBT001 - of a list's row
        """A list says that somebody may book no more, or may again."""
        del at
        self.now.may_book[person] = may_book

    def enrol(self, person: str, at: int) -> None:
        """A list names somebody new."""
        del at
        self.now.may_book[person] = True

    @staticmethod
    def _both(slot: str) -> tuple[Place, Place]:
        return (slot, "web"), (slot, "phone")
