"""The same acts done to the house itself, and what it then says, in the model's own words."""

import logging
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bench import crowd
from booking import enrolments, holds, releases, reservations, rulebook, waiting_list
from booking.contacts import Contact
from booking.enrolments import Enrolment, Particulars, What
from booking.models import (
    BookingRules,
    PriorityGroup,
    ReleasePlan,
    ReleaseRow,
    Reservation,
    Resident,
    VaccineCourse,
    WaitingListOffer,
)
from booking.reservations import Asking, Wish
from booking.waiting_list import WaitingWish
from drills.model.reference import APART, HOUR, Bucket, Inventory, Place
from notifications import senders
from shared.calendar import TOKYO
from tenancy.current import current, municipality_atomic
from venues import refusals, release_rules, slot_facts, slots
from venues.models import Bucket as Row
from venues.models import Opening, PlaceEntry, ReleaseRule, Slot, Vaccine, Venue

BEGIN: Final = datetime(2024, 6, 3, 9, 0, tzinfo=TOKYO)
SLOTS: Final = {"first": 30, "second": 31, "third": 55}  # days from the beginning
DUE: Final = {"first": 1, "second": 3, "third": 5}  # days until telephone places go to the web
CHANNELS: Final = ("web", "phone")
PLACES: Final = {"web": 2, "phone": 1}
PEOPLE: Final = ("一", "二", "三", "四")
REFUSED = (
    reservations.Refused, refusals.Refused, waiting_list.WaitingRefused, releases.ReleaseRefused,
)  # fmt: skip
SAID: dict[str, Any] = {"reason": "訓練"}


class Unheard(AssertionError):
    """A freed place was not offered for a fault that the house only wrote into its log."""


class Listening(logging.Handler):
    """Turns what is only logged into a failure."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it aloud."""
        raise Unheard(record.getMessage()) from (record.exc_info or (None, None))[1]


def beginning() -> Inventory:
    """The inventory as the house has it at the beginning."""
    places = {(slot, channel): Bucket(PLACES[channel]) for slot in SLOTS for channel in CHANNELS}
    return Inventory(dict(SLOTS), places, dict.fromkeys(PEOPLE, True))


def due() -> dict[str, int]:
    """When each slot's free telephone places go to the web, in seconds."""
    return {slot: days * 24 * HOUR + 9 * HOUR for slot, days in DUE.items()}


def forget() -> None:
    """Nothing that this process keeps is of a run before."""
    for one in (rulebook, senders, slot_facts):
        one.forget_kept()


class House:
    """A municipality with the same slots and people; inside the caller's transaction."""

    def __init__(self) -> None:
        """Make everything."""
        self.ids: dict[str, tuple[bytes, bytes, str]] = {}
        self.buckets: dict[Place, Row] = {}
        self.number = 0
        BookingRules.objects.update_or_create(pk=1, defaults={"rest_minutes": 0})
        forget()
        row = senders.sender()
        row.quiet_from = row.quiet_until = time(0)
        row.save()
        senders.forget_kept()
        self.officer, self.second = crowd.staff(), crowd.staff()
        PriorityGroup.objects.create(name="すべて", position=9, bookable_from=BEGIN - timedelta(9))
        self._venue()
        for name in PEOPLE:
            self.enrol(name, at=0)

    def _venue(self) -> None:
        kind = Vaccine.objects.create(
            maker="ダミー製薬", name=uuid.uuid4().hex[:12], name_en="Dummy"
        )
        VaccineCourse.objects.create(
            vaccine=kind, effective_from=date(2020, 1, 1), doses=2, earliest_days=APART,
            standard_days=21,
        )  # fmt: skip
        venue = Venue.objects.create(
            code=uuid.uuid4().hex[:6], name="見本会場", name_en="Mihon", address="見本市"
        )
        for name, days in SLOTS.items():
            self._slot(name, venue, kind, BEGIN.date() + timedelta(days))
        ReleaseRule.objects.create(
            kind="below", source="phone", target="web", target_below=1, source_above=0, places=1,
            made_by=self.officer, made_at=BEGIN, **SAID,
        )  # fmt: skip

    def _slot(self, name: str, venue: Venue, kind: Vaccine, day: date) -> None:
        starts = datetime.combine(day, time(10), tzinfo=TOKYO)
        window = {"bookable_from": BEGIN - timedelta(9), "bookable_until": starts}
        opening = Opening.objects.create(
            venue=venue, vaccine=kind, day=day, starts_at=time(9), ends_at=time(17), lanes=50,
            **window,
        )  # fmt: skip
        slot = Slot.objects.create(
            opening=opening, starts_at=starts, ends_at=starts + timedelta(minutes=15)
        )
        for channel in CHANNELS:
            row = Row.objects.create(slot=slot, channel=channel, capacity=PLACES[channel], **window)
            PlaceEntry.objects.create(
                bucket=row, what="opened", capacity=row.capacity, happened_at=BEGIN
            )
            self.buckets[name, channel] = row
        rule = ReleaseRule(
            opening=opening, kind="at", source="phone", target="web",
            days_before=SLOTS[name] - DUE[name], at_time=time(18),
        )  # fmt: skip
        release_rules.make(rule=rule, by=self.officer, at=BEGIN, **SAID)

    # Acts.

    def act(self, name: str, *given: Any, at: int) -> bool:
        """Do it; whether it was done. What the house only logs is a failure here."""
        log, ear = logging.getLogger("booking.waiting_list._offering"), Listening()
        log.addHandler(ear)
        try:
            with municipality_atomic():
                getattr(self, name)(*given, at=at)
        except REFUSED:
            return False
        finally:
            log.removeHandler(ear)
        return True

    def claim(self, person: str, wishes: dict[int, Place], at: int) -> None:
        """By the web, with a new key each time."""
        reservations.claim(
            resident=self._resident(person),
            wishes=[Wish(dose, self.buckets[place].pk) for dose, place in wishes.items()],
            asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=_at(at),
        )  # fmt: skip

    def move(self, number: int, place: Place, at: int) -> None:
        """The n-th live reservation."""
        reservations.move(
            reservation=self._visit(number), bucket_id=self.buckets[place].pk, channel="web",
            by=None, at=_at(at),
        )  # fmt: skip

    def cancel(self, number: int, at: int) -> None:
        """The n-th live reservation."""
        reservations.cancel(reservation=self._visit(number), channel="web", by=None, at=_at(at))

    def hold(self, person: str, wanted: dict[int, Place], at: int) -> None:
        """At the confirm page."""
        places = {part: self.buckets[place].pk for part, place in wanted.items()}
        holds.hold(resident_id=self._id(person), places=places, by=None, at=_at(at))

    def extend(self, person: str, at: int) -> None:
        """More time."""
        holds.extend(resident_id=self._id(person), at=_at(at))

    def let_go(self, person: str, at: int) -> None:
        """Back."""
        holds.release(resident_id=self._id(person), by=None, at=_at(at))

    def sweep_holds(self, at: int) -> None:
        """The minute's task."""
        holds.sweep(at=_at(at))

    def join(self, person: str, dose: int, at: int) -> None:
        """Any venue, any day."""
        days = BEGIN.date() + timedelta(1), BEGIN.date() + timedelta(60)
        waiting_list.join(
            resident_id=self._id(person), wish=WaitingWish(dose, (), *days, 1, "written"),
            contact=Contact(phone="+817099990002"), by=None, at=_at(at),
        )  # fmt: skip

    def leave(self, person: str, dose: int, at: int) -> None:
        """No more."""
        waiting_list.leave(resident_id=self._id(person), dose_number=dose, by=None, at=_at(at))

    def resume(self, person: str, dose: int, at: int) -> None:
        """Again."""
        waiting_list.resume(resident_id=self._id(person), dose_number=dose, by=None, at=_at(at))

    def take(self, number: int, at: int) -> None:
        """The n-th offer."""
        waiting_list.take(offer_id=self._offer(number), by=None, at=_at(at))

    def decline(self, number: int, at: int) -> None:
        """The n-th offer."""
        waiting_list.decline(offer_id=self._offer(number), by=None, at=_at(at))

    def sweep_list(self, at: int) -> None:
        """The minute's task."""
        waiting_list.sweep(at=_at(at))

    def resize(self, place: Place, capacity: int, at: int) -> None:
        """More or fewer."""
        wanted = {self.buckets[place].pk: capacity}
        slots.resize(wanted=wanted, by=self.officer, at=_at(at), reason="訓練")

    def close(self, slot: str, at: int) -> None:
        """One slot."""
        slots.close(slot=self._slot_of(slot), by=self.officer, at=_at(at), **SAID)

    def reopen(self, slot: str, at: int) -> None:
        """One slot."""
        slots.reopen(slot=self._slot_of(slot), by=self.officer, at=_at(at), **SAID)

    def follow(self, at: int) -> None:
        """The minute's task."""
        release_rules.follow_due(at=_at(at))

    def plan(self, places: int, opens_at: int, at: int) -> None:
        """Drafted by one, armed by another."""
        day, until = (BEGIN.date() + timedelta(days) for days in (min(SLOTS.values()), 55))
        days = {"day_from": day, "day_until": until}
        drafted = releases.draft(
            plan=ReleasePlan(name="訓練", announced_at=_at(at), **days), by=self.officer, at=_at(at)
        )
        row = ReleaseRow(plan=drafted, channel="web", places=places, opens_at=_at(opens_at), **days)
        drafted = releases.keep_row(row=row, shown=drafted.version, by=self.officer, at=_at(at))
        releases.arm(
            plan=drafted, shown=drafted.version, accepted_because="訓練", by=self.second, at=_at(at)
        )
        rulebook.forget_kept()

    def withdraw(self, number: int, at: int) -> None:
        """The n-th that is armed."""
        armed = ReleasePlan.objects.filter(state=ReleasePlan.State.ARMED).order_by("armed_at")
        if not armed:
            raise releases.ReleaseRefused
        plan = armed[number % len(armed)]
        releases.withdraw(plan=plan, shown=plan.version, by=self.officer, at=_at(at), **SAID)
        rulebook.forget_kept()

    def flag(self, person: str, may_book: bool, at: int) -> None:  # noqa: FBT001 - of a list's row
        """A row of a target list."""
        self._row(person, What.CHANGED, "0" if may_book else "1", at)

    def enrol(self, person: str, at: int) -> None:
        """A row of a target list."""
        self.number += 1
        ids = enrolments.new_id(), enrolments.new_id(), f"99900{self.number:05}"
        self.ids[person] = ids
        self._row(person, What.NEW, "0", at)

    def _row(self, person: str, what: What, flag: str, at: int) -> None:
        resident, voucher, number = self.ids[person]
        key = enrolments.Keys().key(issuer_code=current().code, voucher_number=number)
        said = Particulars(f"見本　{person}", "1950-04-01", "1", "199-9999", "見本市", flag, "1")
        row = Enrolment(what, resident, voucher, key, current().code, number, said)
        enrolments.enrol(rows=[row], base_date=BEGIN.date(), is_dummy=True, at=_at(at))

    # Who and what is meant.

    def _id(self, person: str) -> uuid.UUID:
        return uuid.UUID(bytes=self.ids[person][0])

    def _resident(self, person: str) -> Resident:
        return Resident.objects.get(pk=self._id(person))

    def _slot_of(self, name: str) -> Slot:
        return Slot.objects.get(pk=self.buckets[name, "web"].slot_id)

    def _visit(self, number: int) -> Reservation:
        live = list(Reservation.objects.filter(is_live=True).order_by("claimed_at", "dose_number"))
        if not live:
            raise reservations.Refused
        return live[number % len(live)]

    def _offer(self, number: int) -> uuid.UUID:
        rows = WaitingListOffer.objects.order_by("made_at", "bucket_id", "entry__joined_at")
        found = list(rows.values_list("pk", flat=True))
        if not found:
            raise waiting_list.UnknownOffer
        return found[number % len(found)]


def _at(seconds: int) -> datetime:
    return BEGIN + timedelta(seconds=seconds)
