"""The cast: dummy people and places, made with the house's own nouns (見本 太郎 and others)."""

import itertools
import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

JST = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=JST)  # a Monday morning
_numbers = itertools.count(9_990_000_001)
_names = itertools.count(1)


def staff(role="operator", **kwargs):
    from tenancy.models import Staff

    count = next(_names)
    has_pledged = kwargs.pop("has_pledged", True)
    row = Staff(
        login_name=kwargs.pop("login_name", f"{role}-{count}"),
        display_name=kwargs.pop("display_name", f"試験 職員{count}"),
        organisation=kwargs.pop("organisation", "見本市コールセンター"),
        role=role,
        **kwargs,
    )
    row.set_password("a-long-dummy-password")
    row.save()
    handler(row)
    if has_pledged:
        pledge(row)
    return row


def pledge(staff_, version=1):
    """The words in force, accepted."""
    from tenancy.models import Pledge

    row = Pledge(staff=staff_, version=version, words="試験の誓約", accepted_at=NOW)
    Pledge.objects.bulk_create([row])
    return row


def handler(staff_, **kwargs):
    """The entry of the register that lets an account work; without a history of its own."""
    from tenancy.models import Handler

    row = Handler(
        staff=staff_,
        person_name=staff_.display_name,
        organisation=staff_.organisation,
        organisation_kind=kwargs.pop("organisation_kind", "contractor"),
        position=kwargs.pop("position", "handler"),
        from_on=kwargs.pop("from_on", date(2020, 1, 1)),
        trained_until=kwargs.pop("trained_until", date(2999, 12, 31)),
        **kwargs,
    )
    Handler.objects.bulk_create([row])
    return row


def resident(**kwargs):
    """A resident with a live voucher; `voucher_number` may be given."""
    from booking.models import Resident, Voucher

    at = kwargs.pop("at", NOW)
    number = kwargs.pop("voucher_number", None) or str(next(_numbers))
    row = Resident.objects.create(
        id=uuid.uuid4(),
        name=kwargs.pop("name", "見本　太郎"),
        born_on=kwargs.pop("born_on", date(1950, 4, 1)),
        sex=kwargs.pop("sex", "1"),
        postal_code=kwargs.pop("postal_code", "999-0001"),
        address=kwargs.pop("address", "見本県見本市見本町９９番地（ダミー）"),
        phone=kwargs.pop("phone", "+817099990001"),
        is_dummy=kwargs.pop("is_dummy", True),
        enrolled_at=at,
        changed_at=at,
        **kwargs,
    )
    Voucher.objects.create(
        id=uuid.uuid4(), resident=row, issuer_code="999997", voucher_number=number, issued_at=at
    )
    row.voucher_number_for_test = number
    return row


def vaccine(maker="ダミー製薬", **course):
    from booking.models import VaccineCourse
    from venues.models import Vaccine

    row, made = Vaccine.objects.get_or_create(
        maker=maker, name=f"{maker}ワクチン", defaults={"name_en": "Dummy vaccine"}
    )
    if made:
        VaccineCourse.objects.create(
            vaccine=row,
            effective_from=course.pop("effective_from", date(2026, 1, 1)),
            guideline="試験用の手引き 第1版",
            **course,
        )
    return row


def programme(name="試験の事業", *, pair_rule="", maker_rule="", **kwargs):
    """A programme beside the first, which stands already; with rules of its own where named."""
    from venues import programmes
    from venues.models import Programme

    programmes.first()
    row = Programme.objects.create(
        name=name,
        name_en=kwargs.pop("name_en", "Dummy programme"),
        position=kwargs.pop("position", 2),
        **kwargs,
    )
    rules = {"pair_rule": pair_rule, "maker_rule": maker_rule}
    if any(rules.values()):
        ruled(row, **{name: rule for name, rule in rules.items() if rule})
    return row


def ruled(programme_=None, *, effective_from=date(2026, 1, 1), **rules):
    """The pair and maker rule of a programme, or of the first."""
    from booking import rulebook
    from booking.models import ProgrammeRule
    from venues import programmes

    pk = programme_.pk if programme_ else programmes.first()
    made = ProgrammeRule.objects.create(programme_id=pk, effective_from=effective_from, **rules)
    rulebook.forget_kept()
    return made


def course(vaccine_, programme_, **terms):
    """What a programme says of a vaccine."""
    from booking.models import VaccineCourse

    terms.setdefault("effective_from", date(2026, 1, 1))
    return VaccineCourse.objects.get_or_create(
        vaccine=vaccine_, programme=programme_, defaults=terms
    )[0]


def everybody_may_book(bookable_from=NOW - timedelta(days=30)):
    from booking.models import PriorityGroup

    return PriorityGroup.objects.create(name="すべての方", position=9, bookable_from=bookable_from)


def venue(**kwargs):
    from venues.models import Venue

    count = next(_names)
    return Venue.objects.create(
        code=kwargs.pop("code", f"V{count:03d}"),
        name=kwargs.pop("name", f"見本会場{count}"),
        name_en=f"Mihon Hall {count}",
        address="見本県見本市見本町１番（ダミー）",
        access="見本駅から歩いて5分",
        what_to_bring="接種券、本人確認書類",
        **kwargs,
    )


def slot(
    *, day=None, at=time(10, 0), web=4, phone=2, venue_=None, vaccine_=None, bookable_from=None,
    programme_=None, dose_number=None,
):  # fmt: skip
    """A slot with its two buckets; returns (slot, web bucket, phone bucket)."""
    from venues.models import Bucket, Opening, PlaceEntry, Slot

    day = day or date(2026, 6, 15)
    starts = datetime.combine(day, at, tzinfo=JST)
    window = {
        "bookable_from": (bookable_from or NOW) - timedelta(days=10),
        "bookable_until": starts,
    }
    vaccine_ = vaccine_ or vaccine()
    whose = {"programme": programme_} if programme_ else {}
    if programme_:
        course(vaccine_, programme_)
    opening, _ = Opening.objects.get_or_create(
        venue=venue_ or venue(),
        vaccine=vaccine_,
        dose_number=dose_number,
        day=day,
        starts_at=time(9, 0),
        **whose,
        defaults={"ends_at": time(17, 0), "lanes": 1, **window},
    )
    row = Slot.objects.create(
        opening=opening, starts_at=starts, ends_at=starts + timedelta(minutes=15)
    )
    made = [
        Bucket.objects.create(slot=row, channel=channel, capacity=capacity, **window)
        for channel, capacity in (("web", web), ("phone", phone))
    ]
    PlaceEntry.objects.bulk_create(
        PlaceEntry(bucket=one, what="opened", capacity=one.capacity, happened_at=NOW)
        for one in made
    )
    return row, *made


def reservation(resident_, *, dose_number=1, bucket=None, channel="web", at=NOW, **asking):
    """A live reservation made by the claim itself; `bucket` or a new slot's web bucket."""
    from booking import reservations

    bucket = bucket or slot()[1]
    (made,) = reservations.claim(
        resident=resident_,
        wishes=[reservations.Wish(dose_number, bucket.pk)],
        asking=reservations.Asking(channel=channel, request_key=uuid.uuid4(), **asking),
        by=None,
        at=at,
    )
    return made


def now():
    """The clock of a test that needs the real one."""
    return timezone.now()
