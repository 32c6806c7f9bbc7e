"""What people do to the inventory, one act after another: the other half of the reference model."""

from copy import deepcopy
from typing import Any

from drills.model.reference import (
    LASTS,
    LONGEST,
    REMEMBERED,
    Entry,
    Holder,
    No,
    Offer,
    Place,
    Visit,
)
from drills.model.ward_acts import WardActs

THIRTY = 30


class Acts(WardActs):
    """An inventory that is acted on: whole or not at all."""

    def act(self, name: str, *given: Any, at: int) -> bool:
        """Do it; whether it was done. A refusal leaves everything as it was."""
        before = deepcopy((self.now, self.ran))
        try:
            getattr(self, name)(*given, at=at)
        except No:
            self.now, self.ran = before
            return False
        return True

    # Reservations.

    def claim(self, person: str, wishes: dict[int, Place], at: int, *, by: Holder = ()) -> None:
        """Take a place for each wish, all or none."""
        here, known = self.now, self.now.days(person)
        if not here.may_book[person] or set(wishes) & set(known):
            raise No
        for dose, place in sorted(wishes.items()):
            if not here.rules_permit(dose, place, known, at):
                raise No
            known[dose] = here.slots[place[0]]
        for place in wishes.values():
            self._yield(by or (person,), place, at)
            if not here.has_room(place, at):
                raise No
        for dose, place in wishes.items():
            here.buckets[place].taken += 1
            here.visits.append(Visit(person, dose, place, at))

    def _yield(self, holder: Holder, place: Place, at: int) -> None:
        """End one's own hold there or, where it is full, the oldest that ran out."""
        here = self.now
        own = [key for key, one in here.holds.items() if key[0] == holder and one.place == place]
        over = [] if here.has_room(place, at) else here.ran_out(at, {place})
        for key in (own or over)[:1]:
            here.end_hold(key)

    def move(self, number: int, place: Place, at: int) -> None:
        """Take the new place, give back the old."""
        here, visit = self.now, self._visit(number)
        if not here.may_book[visit.person] or visit.place[0] == place[0]:
            raise No
        if not here.rules_permit(
            visit.dose, place, here.days(visit.person, without=visit.dose), at
        ):
            raise No
        own = [
            key for key, one in here.holds.items()
            if key[0] == (visit.person,) and one.place == place
        ]  # fmt: skip
        for key in (*own, *here.ran_out(at, {place})):
            here.end_hold(key)
        if not here.has_room(place, at):
            raise No
        left, visit.place = visit.place, place
        here.buckets[place].taken += 1
        here.buckets[left].taken -= 1
        here.freed({left}, at)

    def cancel(self, number: int, at: int) -> None:
        """Give the place back."""
        visit = self._visit(number)
        visit.is_live = False
        self.now.buckets[visit.place].taken -= 1
        self.now.freed({visit.place}, at)

    def _visit(self, number: int) -> Visit:
        live = [one for one in self.now.visits if one.is_live]
        if not live:
            raise No
        return live[number % len(live)]

    # Holds.

    def hold(self, person: str, wanted: dict[int, Place], at: int) -> None:
        """Keep places for a short while; nobody keeps them for long."""
        here, holder = self.now, (person,)
        mine = {part: one for (who, part), one in here.holds.items() if who == holder}
        if wanted == {n: one.place for n, one in mine.items() if one.place and one.until > at}:
            return
        since = min((o.since for o in mine.values() if at - o.since < REMEMBERED), default=at)
        until = min(at + LASTS, since + LONGEST)
        if until <= at:
            here.let_go(holder, at)
        else:
            here.keep(holder, wanted, until, since, at)

    def extend(self, person: str, at: int) -> None:
        """Once."""
        for (who, _), one in self.now.holds.items():
            if who == (person,) and one.place and one.until > at and not one.is_extended:
                one.is_extended, one.until = True, min(at + LASTS, one.since + LONGEST)

    def let_go(self, person: str, at: int) -> None:
        """Go back."""
        self.now.let_go((person,), at)

    def sweep_holds(self, at: int) -> None:
        """End what ran out, forget who held long ago."""
        here = self.now
        ended = {here.end_hold(key) for key in here.ran_out(at)}
        here.freed({one for one in ended if one}, at)
        here.holds = {
            key: one for key, one in here.holds.items()
            if one.place is not None or one.since >= at - REMEMBERED
        }  # fmt: skip

    # The waiting list.

    def join(self, person: str, dose: int, at: int) -> None:
        """Wait for a dose, once."""
        if dose in self.now.live(person):
            raise No
        kept = self._entry(person, dose)
        if kept and not self.now.is_stale(kept):
            return
        if kept:
            self.now.end_entry(kept, "booked", at)
        self.now.entries.append(Entry(person, dose, at))

    def leave(self, person: str, dose: int, at: int) -> None:
        """Wait no more."""
        kept = self._entry(person, dose)
        if not kept:
            raise No
        self.now.end_entry(kept, "left", at)

    def resume(self, person: str, dose: int, at: int) -> None:
        """Be told again."""
        del at
        kept = self._entry(person, dose)
        if not kept or kept.state != "paused":
            raise No
        kept.state, kept.unanswered = "waiting", 0

    def take(self, number: int, at: int) -> None:
        """Say yes to an offer, once and in time; pressing again is as before."""
        offer = self._offer(number)
        if offer.state == "taken":
            if offer.visit is None or not offer.visit.is_live:
                raise No  # cancelled since: the link does not bring it back
            return
        if offer.state != "open" or at >= offer.until:
            raise No
        self.claim(offer.entry.person, {offer.entry.dose: offer.place}, at, by=offer.name)
        offer.visit = self.now.visits[-1]
        self.now.end_offer(offer, "taken", at)
        self.now.end_entry(offer.entry, "booked", at)

    def decline(self, number: int, at: int) -> None:
        """Say no; the next one is asked."""
        offer = self._offer(number)
        if offer.state != "open" or at >= offer.until:
            raise No
        self.now.end_offer(offer, "declined", at)
        self.now.wait_again(offer.entry, answered=True)

    def sweep_list(self, at: int) -> None:
        """Pass on what nobody answered, let go who has booked, offer what is free."""
        here = self.now
        order = list(here.buckets)
        over = [one for one in here.offers if one.state == "open" and one.until <= at]
        for offer in sorted(over, key=lambda one: (one.until, order.index(one.place))):
            here.end_offer(offer, "expired", at)
            here.wait_again(offer.entry, answered=False)
        waiting = [one for one in here.entries if one.state in {"waiting", "offered", "paused"}]
        for entry in [one for one in waiting if here.is_stale(one)]:
            here.end_entry(entry, "booked", at)
        free = [
            place for place, one in here.buckets.items()
            if one.is_open and one.taken + one.held < one.capacity and self._is_wanted(place)
        ]  # fmt: skip
        for place in free:
            here.freed({place}, at)

    def _is_wanted(self, place: Place) -> bool:
        offered = {id(one.entry) for one in self.now.offers if one.place[0] == place[0]}
        return any(o.state == "waiting" and id(o) not in offered for o in self.now.entries)

    def _entry(self, person: str, dose: int) -> Entry | None:
        live = {"waiting", "offered", "paused"}
        found = [o for o in self.now.entries if (o.person, o.dose) == (person, dose)]
        return next((one for one in found if one.state in live), None)

    def _offer(self, number: int) -> Offer:
        if not self.now.offers:
            raise No
        return self.offers()[number % len(self.now.offers)]

    def offers(self) -> list[Offer]:
        """All of them, in the order in which they were made."""
        order = list(self.now.buckets)
        return sorted(
            self.now.offers,
            key=lambda one: (one.made_at, order.index(one.place), one.entry.joined_at),
        )
