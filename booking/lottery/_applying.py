"""Apply, change, withdraw: within the window, once a person (抽選の申込み)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connections

from booking import eligibility
from booking.contacts import Contact
from booking.lottery import _refusals as no
from booking.lottery.drawing import PARTS, Wish
from booking.models import Lottery, LotteryApplication, Resident
from booking.reservation_numbers import make
from booking.rulebook import rulebook
from privacy import access_log
from tenancy.current import current, municipality_atomic
from venues.models import Venue

State = LotteryApplication.State
MOST_WISHES: Final = 5
CONTACT = ("phone", "email", "language")


def is_open(lottery: Lottery, *, at: datetime) -> bool:
    """Whether people may apply now."""
    return lottery.state == Lottery.State.ANNOUNCED and lottery.opens_at <= at < lottery.closes_at


def refuse_birth(lottery: Lottery, born_on: object) -> None:
    """Nothing where somebody born on this day may apply; a public fact, of the typed date alone."""
    if lottery.group_id is None or not isinstance(born_on, date):
        return
    group = eligibility.group_of(rulebook().groups, born_on)
    if group is None or group.group_id != lottery.group_id:
        raise no.NotForThisBirth


def apply(
    *,
    lottery: Lottery,
    resident: Resident,
    wishes: Sequence[Wish],
    contact: Contact,
    notice_version: int,
    at: datetime,
) -> LotteryApplication:
    """Keep somebody's wishes in order; again within the window changes them, never the lot."""
    refuse_birth(lottery, resident.born_on)
    with municipality_atomic():
        row = _open_one(lottery.pk, at=at)
        _check(row, wishes, contact)
        kept = LotteryApplication.objects.select_for_update(no_key=True).filter(
            lottery=row, resident=resident
        )
        found = kept.first() or LotteryApplication(
            id=uuid.uuid4(), lottery=row, resident=resident, applied_at=at,
            number=f"L{make(row.closes_at.date())}",
        )  # fmt: skip
        found.wishes, found.state, found.changed_at = (
            [one.kept() for one in wishes],
            State.APPLIED,
            at,
        )
        found.notice_version = notice_version
        for name in CONTACT:
            setattr(found, name, getattr(contact, name))
        found.save()
        access_log.record(what="lottery_applied", resident_id=resident.pk, by=None, at=at)
    return found


def withdraw(*, lottery: Lottery, resident_id: UUID, at: datetime) -> None:
    """Take the application back, within the window."""
    with municipality_atomic():
        row = _open_one(lottery.pk, at=at)
        done = LotteryApplication.objects.filter(
            lottery=row, resident_id=resident_id, state=State.APPLIED
        ).update(state=State.WITHDRAWN, changed_at=at)
        if not done:
            raise no.WindowClosed
        access_log.record(what="lottery_withdrawn", resident_id=resident_id, by=None, at=at)


def of(*, lottery: Lottery, resident_id: UUID) -> LotteryApplication | None:
    """Somebody's application."""
    return LotteryApplication.objects.filter(lottery=lottery, resident_id=resident_id).first()


def _open_one(pk: UUID, *, at: datetime) -> Lottery:
    """The lottery, kept open until the caller's transaction ends: the draw waits for who applies."""
    with connections[
        current().database
    ].cursor() as cursor:  # applicants do not wait for each other
        cursor.execute("SELECT 1 FROM booking_lottery WHERE id = %s FOR SHARE", [pk])
    row = Lottery.objects.get(pk=pk)
    if not is_open(row, at=at):
        raise no.WindowClosed
    return row


def _check(lottery: Lottery, wishes: Sequence[Wish], contact: Contact) -> None:
    venues = set(Venue.objects.values_list("pk", flat=True))
    right = (
        1 <= len(wishes) <= MOST_WISHES
        and len(set(wishes)) == len(wishes)
        and all(_fits(lottery, one, venues) for one in wishes)
        and (contact.phone or contact.email)
    )
    if not right:
        raise no.WishesUnclear


def _fits(lottery: Lottery, wish: Wish, venues: set[int]) -> bool:
    return (
        (wish.venue_id is None or wish.venue_id in venues)
        and (wish.day is None or lottery.day_from <= wish.day <= lottery.day_until)
        and (wish.part is None or wish.part in PARTS)
    )
