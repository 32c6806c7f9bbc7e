"""A small corner of a venue where two people get in each other's way: one place is left."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from bench import crowd
from booking import holds, reservations, waiting_list
from booking.contacts import Contact
from booking.models import Reservation, Resident, WaitingListEntry, WaitingListOffer
from booking.reservations import Asking, Wish
from booking.waiting_list import WaitingWish
from shared.calendar import TOKYO
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.models import Bucket, Hold, Opening, PlaceEntry, ReleaseRule, Slot, Vaccine, Venue

AT_ONCE = 200  # people enrolled in one go
SPARE = 6  # places while everybody is brought into position
SAID = {"reason": "訓練"}
RAN_OUT = timedelta(minutes=8)


@dataclass
class Stock:
    """What all corners share: a vaccine, an officer, and people nobody has used yet."""

    officer: Staff
    vaccine: Vaccine
    people: Iterator[crowd.Person]

    @classmethod
    def of(cls, at: datetime) -> "Stock":
        """Of the municipality being served."""
        crowd.everybody_may_book(at=at)
        officer = crowd.staff()
        portions = (crowd.people(AT_ONCE, at=timezone.now()) for _ in itertools.count())
        return cls(officer, crowd.vaccine(by=officer, at=at), itertools.chain.from_iterable(portions))  # fmt: skip


@dataclass
class Corner:
    """Buckets by letter: X and P web and telephone of one slot, Y another hour, Z another month."""

    stock: Stock
    at: datetime
    people: dict[str, crowd.Person] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A venue of its own."""
        code = uuid.uuid4().hex[:8]
        self.venue = Venue.objects.create(
            code=code, name="見本会場", name_en=code, address="見本市"
        )
        self._opening("XP", days=14, hour=10)
        self._opening("Y", days=14, hour=14)
        self._opening("Z", days=60, hour=10)

    def _opening(self, letters: str, *, days: int, hour: int) -> None:
        day = timezone.localdate(self.at) + timedelta(days)
        starts = datetime.combine(day, time(hour), tzinfo=TOKYO)
        window = {"bookable_from": self.at - timedelta(9), "bookable_until": starts}
        opening = Opening.objects.create(
            venue=self.venue, vaccine=self.stock.vaccine, day=day, starts_at=time(hour),
            ends_at=time(hour + 1), lanes=9, **window,
        )  # fmt: skip
        slot = Slot.objects.create(
            opening=opening, starts_at=starts, ends_at=starts + timedelta(minutes=15)
        )
        self.openings.append(opening)
        for letter, channel in zip(letters, ("web", "phone"), strict=False):
            row = Bucket.objects.create(slot=slot, channel=channel, capacity=SPARE, **window)
            PlaceEntry.objects.create(
                bucket=row, what="opened", capacity=SPARE, happened_at=self.at
            )
            self.buckets[letter] = row

    # Bringing people into position.

    def person(self, role: str) -> Resident:
        """Whoever plays this part."""
        if role not in self.people:
            self.people[role] = next(self.stock.people)
        return Resident.objects.get(pk=self.people[role].id)

    def booked(self, role: str, letter: str) -> Reservation:
        """Holds the first dose there, or wherever they have it already."""
        who = self.person(role)
        if live := reservations.live_of(who.pk):
            return live[0]
        return self.claims(role, {1: letter})[0]

    def claims(self, role: str, wishes: dict[int, str], **more: Any) -> list[Reservation]:
        """Book these doses there."""
        return reservations.claim(
            resident=self.person(role),
            wishes=[Wish(dose, self.buckets[letter].pk) for dose, letter in wishes.items()],
            asking=Asking(channel="web", request_key=uuid.uuid4(), **more),
            by=None, at=self.at,
        )  # fmt: skip

    def holds(self, role: str, wanted: dict[int, str], *, at: datetime | None = None) -> None:
        """Come to the confirm page."""
        places = {part: self.buckets[letter].pk for part, letter in wanted.items()}
        holds.hold(resident_id=self.person(role).pk, places=places, by=None, at=at or self.at)

    def joins(self, role: str) -> WaitingListEntry:
        """Wait for the first dose in this venue."""
        day = timezone.localdate(self.at)
        wish = WaitingWish(1, (self.venue.pk,), day, day + timedelta(60), 1, "written")
        return waiting_list.join(
            resident_id=self.person(role).pk, wish=wish, contact=Contact(phone="+817099990002"),
            by=None, at=self.at,
        )  # fmt: skip

    def offered(self, role: str) -> WaitingListOffer:
        """Is offered a place in X."""
        entry = self.joins(role)
        with municipality_atomic():
            slots.lock(bucket_ids=[self.buckets["X"].pk])
            waiting_list.offer_places(bucket_ids=[self.buckets["X"].pk], at=self.at)
        return WaitingListOffer.objects.get(entry=entry)

    def rule(self) -> None:
        """Free telephone places of X's day are due to go to the web."""
        if not ReleaseRule.objects.filter(opening=self.openings[0]).exists():
            ReleaseRule.objects.create(
                opening=self.openings[0], kind="at", source="phone", target="web", days_before=30,
                at_time=time(0), made_by=self.stock.officer, made_at=self.at, **SAID,
            )  # fmt: skip

    def settle(self) -> None:
        """Everybody is in position: one place is left in X, kept by a hold that ran out."""
        self.holds("late", {1: "X"}, at=self.at - RAN_OUT)
        self.joins("waits")
        for letter, left in (("X", 0), ("P", 1), ("Y", 1), ("Z", 1)):
            row = Bucket.objects.get(pk=self.buckets[letter].pk)
            capacity = row.taken + row.held + left
            PlaceEntry.objects.create(
                bucket=row, what="resized", capacity=capacity - row.capacity, happened_at=self.at
            )
            Bucket.objects.filter(pk=row.pk).update(capacity=capacity)

    def leave(self) -> None:
        """What is of no use to the corners after this one."""
        WaitingListEntry.objects.update(state="left")
        for one in WaitingListOffer.objects.filter(state="open"):
            WaitingListOffer.objects.filter(pk=one.pk).update(state="withdrawn")
            slots.release(holder_id=one.pk, by=None, at=self.at)
        ReleaseRule.objects.filter(stopped_at=None).update(
            stopped_at=self.at, stopped_by=self.stock.officer
        )

    # What is left afterwards.

    def told(self) -> tuple[object, ...]:
        """Counters, reservations, holds and the list, by part and letter."""
        letter = {row.pk: name for name, row in self.buckets.items()}
        role = {one.id: name for name, one in self.people.items()}
        mine = {"bucket_id__in": letter}
        offers = WaitingListOffer.objects.filter(**mine).select_related("entry")
        holder = dict(role) | {one.pk: f"offer of {role[one.entry.resident_id]}" for one in offers}
        rows = Bucket.objects.filter(pk__in=letter)
        live = Reservation.objects.filter(is_live=True, **mine)
        kept = Hold.objects.filter(until__gt=self.at, **mine)
        waiting = WaitingListEntry.objects.filter(resident_id__in=role)
        return (
            sorted((letter[o.pk], o.taken, o.held, o.capacity, o.is_open) for o in rows),
            sorted((role[o.resident_id], o.dose_number, letter[o.bucket_id]) for o in live),
            sorted((holder[o.holder_id], o.part, letter[o.bucket_id or 0]) for o in kept),
            sorted((role[o.resident_id], str(o.state)) for o in waiting),
            sorted((holder[o.pk], str(o.state), letter[o.bucket_id]) for o in offers),
        )

    def strays(self) -> list[str]:
        """Offers without their place, and places kept for offers that are over."""
        offers = {one.pk: one.state for one in WaitingListOffer.objects.filter(bucket_id__in=[row.pk for row in self.buckets.values()])}  # fmt: skip
        rows = Hold.objects.filter(holder_id__in=offers, bucket__isnull=False)
        kept = set(rows.values_list("holder_id", flat=True))
        unkept = [pk for pk, state in offers.items() if state == "open" and pk not in kept]
        over = [pk for pk, state in offers.items() if state != "open" and pk in kept]
        found = [f"an open offer holds no place: {len(unkept)}"] if unkept else []
        return found + ([f"a place is kept for an offer that is over: {len(over)}"] if over else [])
