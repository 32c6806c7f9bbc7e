"""The inventory once more, in plain Python: what the house must do, without a database (R03).

Moments are seconds, people and slots are names, a bucket is (slot, channel). Whoever wants to know
what holds, plans and the waiting list promise can read it here from beginning to end. Every act
happens whole or, where it is refused, not at all (`acts.py` sees to that).
"""

from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60, 3600, 86_400
LASTS, LONGEST, REMEMBERED = 7 * MINUTE, 15 * MINUTE, 30 * MINUTE  # of a hold
ANSWER, KEPT_LONGER = DAY, 5 * MINUTE  # of an offer
PAUSES_AFTER = 3
APART = 19  # days between the doses

type Place = tuple[str, str]  # slot and channel
type Holder = tuple[str, ...]  # a person, or an offer


class No(Exception):
    """Refused: nothing happens."""


@dataclass
class Bucket:
    """Counters; `held` counts holds that ran out, until somebody ends them."""

    capacity: int
    taken: int = 0
    held: int = 0
    is_open: bool = True


@dataclass
class Hold:
    """Keeps a place until its time; remembered without one."""

    place: Place | None
    until: int
    since: int
    is_extended: bool = False


@dataclass
class Visit:
    """A reservation."""

    person: str
    dose: int
    place: Place
    claimed_at: int
    is_live: bool = True


@dataclass
class Entry:
    """A wish on the waiting list."""

    person: str
    dose: int
    joined_at: int
    state: str = "waiting"
    unanswered: int = 0


@dataclass
class Offer:
    """A place held for an entry."""

    entry: Entry
    place: Place
    made_at: int
    until: int
    state: str = "open"
    visit: Visit | None = None

    @property
    def name(self) -> Holder:
        """Under which it holds."""
        return (self.entry.person, str(self.entry.joined_at), self.place[0])


@dataclass
class Plan:
    """One armed row for the web places of every slot: so many from then on, the rest never."""

    places: int
    opens_at: int | None
    withheld: dict[Place, int] = field(default_factory=dict)  # that no row opens
    opened: set[Place] = field(default_factory=set)
    is_withdrawn: bool = False


@dataclass
class Inventory:
    """Everything there is. `slots` is in order of time and says on which day each is."""

    slots: dict[str, int]
    buckets: dict[Place, Bucket]
    may_book: dict[str, bool]
    holds: dict[tuple[Holder, int], Hold] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    # Questions.

    def live(self, person: str) -> dict[int, Visit]:
        """Live reservations by dose."""
        return {one.dose: one for one in self.visits if one.person == person and one.is_live}

    def has_room(self, place: Place, at: int, *, beside: int = 0) -> bool:
        """Whether one more fits; `beside` places are being given up in the same moment."""
        bucket = self.buckets[place]
        closed = sum(
            plan.withheld.get(place, 0)
            + (plan.places if place in plan.opened and (plan.opens_at or at + 1) > at else 0)
            for plan in self.plans
        )
        return bucket.is_open and bucket.taken + bucket.held - beside < bucket.capacity - closed

    def rules_permit(self, dose: int, place: Place, others: dict[int, int], at: int) -> bool:
        """Whether the rules let a dose be given there, beside other doses on their days."""
        day = self.slots[place[0]]
        if place[1] == "web" and self.plans:
            moments = [one.opens_at for one in self.plans if one.opens_at is not None]
            if not moments or min(moments) > at:
                return False
        before, after = others.get(dose - 1), others.get(dose + 1)
        return (before is None or day >= before + APART) and (after is None or day <= after - APART)

    def days(self, person: str, *, without: int = 0) -> dict[int, int]:
        """On which day each other live dose is."""
        live = self.live(person)
        return {dose: self.slots[one.place[0]] for dose, one in live.items() if dose != without}

    def is_stale(self, entry: Entry) -> bool:
        """Whether the dose was booked since the wish, cancelled or not."""
        mine = [o for o in self.visits if (o.person, o.dose) == (entry.person, entry.dose)]
        return any(one.is_live or one.claimed_at >= entry.joined_at for one in mine)

    # Holds.

    def end_hold(self, key: tuple[Holder, int]) -> Place | None:
        """Whatever it kept is counted no more."""
        hold = self.holds[key]
        place, hold.place = hold.place, None
        if place is not None:
            self.buckets[place].held -= 1
        return place

    def ran_out(self, at: int, places: set[Place] | None = None) -> list[tuple[Holder, int]]:
        """Holds whose time is over, the oldest first."""
        found = [
            key for key, one in self.holds.items()
            if one.place is not None and one.until <= at and (places is None or one.place in places)
        ]  # fmt: skip
        return sorted(found, key=lambda key: self.holds[key].until)

    def tidy(self, places: set[Place], at: int) -> None:
        """End what ran out there and pass it on."""
        ended = {self.end_hold(key) for key in self.ran_out(at, places)}
        self.freed({one for one in ended if one}, at)

    def keep(
        self, holder: Holder, wanted: dict[int, Place], until: int, since: int, at: int
    ) -> None:
        """Hold these places in place of what the holder held before."""
        mine = [key for key in self.holds if key[0] == holder]
        former = {place for key in mine if (place := self.end_hold(key))}
        for key in self.ran_out(at, set(wanted.values())):
            self.end_hold(key)
        if not all(self.has_room(place, at) for place in wanted.values()):
            raise No
        for part, place in wanted.items():
            self.holds[holder, part] = Hold(place, until, since)
            self.buckets[place].held += 1
        self.freed(former - set(wanted.values()), at)

    def let_go(self, holder: Holder, at: int) -> None:
        """End all that a holder holds."""
        ended = {self.end_hold(key) for key in self.holds if key[0] == holder}
        self.freed({one for one in ended if one}, at)

    # The waiting list is asked first, wherever places become free.

    def freed(self, places: set[Place], at: int) -> None:
        """Offer free places, the sooner first, to those whose turn it is."""
        order = list(self.slots)
        for place in sorted(places, key=lambda one: (order.index(one[0]), one[1] != "web")):
            bucket = self.buckets[place]
            room = bucket.capacity - bucket.taken - bucket.held if bucket.is_open else 0
            for entry in self.fitting(place):
                if room < 1:
                    break
                if not self.rules_permit(entry.dose, place, self.days(entry.person), at):
                    continue
                offer = Offer(entry, place, at, at + ANSWER)
                if not self.offer(offer, at):
                    break
                room -= 1

    def fitting(self, place: Place) -> list[Entry]:
        """Who could use a place, in order of joining."""
        offered = {id(one.entry) for one in self.offers if one.place[0] == place[0]}
        return [
            one for one in self.entries
            if one.state == "waiting" and self.may_book[one.person]
            and id(one) not in offered and not self.is_stale(one)
        ]  # fmt: skip

    def offer(self, offer: Offer, at: int) -> bool:
        """Hold the place for it; False where there is none."""
        ended = self.ran_out(at, {offer.place})
        if not self.has_room(offer.place, at, beside=len(ended)):
            return False
        self.keep(offer.name, {offer.entry.dose: offer.place}, offer.until + KEPT_LONGER, at, at)
        self.offers.append(offer)
        offer.entry.state = "offered"
        return True

    def end_offer(self, offer: Offer, state: str, at: int) -> None:
        """Its place is free for the next one, if it was not taken."""
        offer.state = state
        self.let_go(offer.name, at)

    def end_entry(self, entry: Entry, state: str, at: int) -> None:
        """Nothing is offered any more."""
        entry.state = state
        for offer in [o for o in self.offers if o.entry is entry and o.state == "open"]:
            self.end_offer(offer, "withdrawn", at)

    def wait_again(self, entry: Entry, *, answered: bool) -> None:
        """Back to its turn; paused after several offers without an answer."""
        entry.unanswered = 0 if answered else entry.unanswered + 1
        entry.state = "paused" if entry.unanswered >= PAUSES_AFTER else "waiting"
