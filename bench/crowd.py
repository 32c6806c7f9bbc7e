"""Dummy people and places, made with the house's own verbs, and sessions as sign-in makes them."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from booking import contacts, enrolments, errand, reservation_numbers
from booking.contacts import Contact
from booking.enrolments import Enrolment, Particulars, What
from booking.models import (
    BookingRules,
    PriorityGroup,
    Reservation,
    ReservationEvent,
    Resident,
    VaccineCourse,
)
from booking.models import What as Happened
from shared.calendar import TOKYO
from tenancy import pledges
from tenancy.current import current, municipality_atomic
from tenancy.models import Handler, Staff
from tenancy.permissions import Role
from tenancy.session_store import SessionStore
from venues import directory, openings
from venues.models import Bucket, Channel, PlaceEntry, Vaccine, Venue
from venues.timetable import Hours

REASON = "計測のため"
CONTACT = Contact(phone="+817099990001", email=None, language="ja")
_serial = iter(range(1, 9_999_999))


@dataclass(frozen=True)
class Person:
    """A dummy resident and what is printed on the voucher."""

    id: uuid.UUID
    voucher_number: str
    born_on: date
    name: str


@dataclass(frozen=True)
class Visitor:
    """Somebody whose errand has come to the confirm page."""

    cookies: dict[str, str]
    request_key: str


def staff(role: str = Role.WARD_OFFICER) -> Staff:
    """An account of this role."""
    name = f"{role}-{secrets.token_hex(4)}"
    row = Staff(login_name=name, display_name=name, organisation="計測", role=role)
    row.set_unusable_password()
    row.save()
    Handler.objects.create(
        staff=row, person_name=name, organisation="計測", organisation_kind="contractor",
        position="handler", from_on=date(2020, 1, 1), trained_until=date(2999, 12, 31),
    )  # fmt: skip
    pledges.accept(version=pledges.shown().version, by=row, at=timezone.now())
    return row


def people(count: int, *, at: datetime) -> list[Person]:
    """New residents with live vouchers, enrolled as a target list enrols them."""
    found, rows, key_of = [], [], enrolments.Keys().key
    for _ in range(count):
        serial = next(_serial)
        born_on = date(1940 + serial % 40, 1 + serial % 12, 1 + serial % 28)
        one = Person(uuid.uuid4(), f"999{serial:07}", born_on, f"見本　{serial}")
        said = Particulars(
            one.name, born_on.isoformat(), "1", "199-9999", f"見本市{serial}番（ダミー）",
            "0", "1",
        )  # fmt: skip
        key = key_of(issuer_code=current().code, voucher_number=one.voucher_number)
        rows.append(
            Enrolment(
                What.NEW, one.id.bytes, uuid.uuid4().bytes, key, current().code,
                one.voucher_number, said,
            )
        )  # fmt: skip
        found.append(one)
    with municipality_atomic():
        enrolments.enrol(rows=rows, base_date=at.date(), is_dummy=True, at=at)
    return found


def everybody_may_book(*, at: datetime) -> None:
    """Rules under which anybody grown up may book, and what is given back is there at once."""
    BookingRules.objects.update_or_create(pk=1, defaults={"rest_minutes": 0})
    if not PriorityGroup.objects.exists():
        PriorityGroup.objects.create(
            name="すべての方", position=9, bookable_from=at - timedelta(days=30)
        )


def vaccine(*, by: Staff, at: datetime) -> Vaccine:
    """The dummy vaccine: two doses, three weeks apart."""
    known = Vaccine.objects.first()
    if known:
        return known
    fresh = Vaccine(maker="ダミー製薬", name="ダミーワクチン", name_en="Dummy vaccine")
    row = directory.keep_vaccine(vaccine=fresh, reason=REASON, by=by, at=at)
    VaccineCourse.objects.create(vaccine=row, effective_from=date(2026, 1, 1), guideline="計測用")
    return row


def buckets(
    *,
    days: int,
    places: int,
    first_day: int = 7,
    venues: int = 4,
    closes_before: int = 1,
    phone_share: int = 0,
    at: datetime,
) -> list[list[int]]:
    """Web buckets of new venues by day: eight hours in quarters, `places` in each slot."""
    by = staff()
    everybody_may_book(at=at)
    kind, today = vaccine(by=by, at=at), timezone.localdate(at)
    wanted = [today + timedelta(days=first_day + day) for day in range(days)]
    made = []
    for number in range(venues):
        code = f"B{secrets.token_hex(3)}"
        fresh = Venue(code=code, name=f"計測会場{number}", name_en=code, address="見本市")
        place = directory.keep_venue(venue=fresh, reason=REASON, by=by, at=at)
        plan = openings.Plan(
            venue=place, vaccine=kind, bookable_from=at - timedelta(days=1), days_before=closes_before,
            closes_at=time(17, 0),
            hours=Hours(
                starts_at=time(9, 0), ends_at=time(17, 0), lanes=-(-places // 50),
                places_per_lane=min(places, 50), phone_share=phone_share,
            ),
        )  # fmt: skip
        made += openings.open_days(plan=plan, days=wanted, reason=REASON, by=by, at=at)
    rows = Bucket.objects.filter(slot__opening__in=made, channel=Channel.WEB).order_by("id")
    by_day: dict[date, list[int]] = {day: [] for day in wanted}
    for pk, day in rows.values_list("id", "slot__opening__day"):
        by_day[day].append(pk)
    return [by_day[day] for day in wanted]


def visitor(
    person: Person, places: dict[int, int], *, level: str = errand.Level.A, at: datetime
) -> tuple[Any, Visitor]:
    """A session as sign-in, choosing and the contact page leave it, not yet saved."""
    store = SessionStore()
    begun = _begun(store, person.id, level=level, at=at)
    store._session_key = secrets.token_hex(16)  # noqa: SLF001 - many rows are saved at once
    for dose, bucket in places.items():
        begun.choose(dose, bucket)
    if len(places) == 1:
        begun.go_alone()
    begun.keep_contact(CONTACT, notice_version=1)
    row = store.create_model_instance(dict(store.items()))
    cookies = {"__Host-sid": row.session_key, "__Host-csrf": secrets.token_hex(16)}
    return row, Visitor(cookies, str(begun.request_key))


def _begun(
    store: SessionStore, resident_id: uuid.UUID, *, level: str, at: datetime
) -> errand.Errand:
    moment = at.timestamp()
    kept = {
        "resident": str(resident_id),
        "level": level,
        "since": moment,
        "seen": moment,
        "key": str(uuid.uuid4()),
        "places": {},
        "proved": None,
    }
    store[errand.KEY] = kept
    store.set_expiry(0)
    return errand.Errand(store, kept)


def visitors(persons: list[Person], places: list[dict[int, int]], *, at: datetime) -> list[Visitor]:
    """Everybody at the confirm page, each with their own places."""
    pairs = [visitor(one, wanted, at=at) for one, wanted in zip(persons, places, strict=True)]
    Session.objects.bulk_create([row for row, _ in pairs], batch_size=2000)
    return [found for _, found in pairs]


def reserve(persons: list[Person], found: list[int], *, at: datetime) -> None:
    """Give everybody the first dose in one of these buckets, as if booked a day ago."""
    places = {row.pk: row for row in Bucket.objects.select_related("slot").filter(pk__in=found)}
    begun, made = at - timedelta(days=1), []
    for number, one in enumerate(persons):
        place = places[found[number % len(found)]]
        place.taken += 1
        digits = f"{timezone.localdate(place.slot.starts_at):%m%d}{number:06}"
        shown = f"{digits[:4]}-{digits[4:]}-{reservation_numbers.check_character(digits)}"
        made.append(
            Reservation(
                reservation_number=shown, resident_id=one.id, dose_number=1, bucket=place,
                slot_id=place.slot_id, channel=Channel.WEB, request_key=uuid.uuid4(),
                claimed_at=begun,
            )
        )  # fmt: skip
    facts = [
        ReservationEvent(
            reservation=one, what=Happened.CLAIMED, version=1, channel=Channel.WEB,
            slot_after_id=one.slot_id, happened_at=begun,
        )
        for one in made
    ]  # fmt: skip
    with municipality_atomic():
        Bucket.objects.bulk_update(places.values(), ["taken"])
        PlaceEntry.objects.bulk_create(
            [
                PlaceEntry(
                    bucket_id=one.bucket_id, what="claimed", taken=1, reservation_id=one.pk,
                    happened_at=begun,
                )
                for one in made
            ],
            batch_size=2000,
        )  # fmt: skip
        Reservation.objects.bulk_create(made, batch_size=2000)
        ReservationEvent.objects.bulk_create(facts, batch_size=2000)


def give_telephones(persons: list[Person]) -> None:
    """A mobile number of their own for everybody."""
    numbers = {one.id: f"+81709{serial:07}" for serial, one in enumerate(persons)}
    with municipality_atomic():
        for row in Resident.objects.filter(pk__in=numbers).iterator(chunk_size=1000):
            contacts.set_on(row, Contact(phone=numbers[row.pk], language="ja"))
            row.save()


def how_many_residents() -> int:
    """How many are enrolled."""
    return Resident.objects.count()


def clock_start(day: date) -> datetime:
    """Midnight in Tokyo."""
    return datetime.combine(day, time(0), tzinfo=TOKYO)
