"""Some residents have booked already: places are taken, reminders go out, a roster has names."""

import itertools
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from booking import reminders, reservations, rulebook
from booking.contacts import Contact
from booking.models import Reservation, Resident
from booking.reservations import Asking, Wish
from config.demo.cast import TOWNS
from config.demo.steps.places import THREE_WEEKS
from shared.calendar import age_on, day_edges, day_of
from tenancy import municipalities as known
from tenancy.current import serving
from venues.models import Bucket
from venues.models.bucket import Channel

BOOKED: Final = 12  # who comes tomorrow; as many dose pairs
EARLIER: Final = timedelta(days=2)  # long enough ago for a reminder to be due
ADULT: Final = 16


def visitors() -> str:
    """Top up tomorrow's visitors, claimed as the residents' site claims, and remind them."""
    at = timezone.now()
    rulebook.forget_kept()  # the rules were written a moment ago, by this very process
    made = reminded = 0
    for town in TOWNS:
        with serving(known.find(code=town.code)):
            made += _book(at=at)
            reminded += reminders.remind(at=at)
    return f"{made}人が予約、{reminded}人に前日のお知らせ"


def _book(*, at: datetime) -> int:
    begins, ends = day_edges(day_of(at) + timedelta(days=1))
    tomorrow = Reservation.objects.filter(
        is_live=True, slot__starts_at__gte=begins, slot__starts_at__lt=ends
    )
    missing = max(0, BOOKED - tomorrow.count())
    free = Bucket.objects.filter(
        channel=Channel.WEB,
        slot__starts_at__gte=begins,
        slot__starts_at__lt=ends,
        taken__lt=F("capacity"),
    ).order_by("-slot__opening__venue__code", "slot__starts_at")
    pairs = list(zip(_not_booked_yet(), free[:missing], strict=False))
    made = 0
    for number, (resident, bucket) in enumerate(pairs):
        # A place that was not yet open then, or is full by now, is passed over.
        with suppress(reservations.Refused):
            _claim(resident, bucket, number=number, at=at - EARLIER)
            made += 1
    return made


def _claim(resident: Resident, first: Bucket, *, number: int, at: datetime) -> None:
    second = Bucket.objects.get(
        channel=Channel.WEB,
        slot__opening__venue=first.slot.opening.venue,
        slot__starts_at=first.slot.starts_at + timedelta(days=THREE_WEEKS),
    )
    reservations.claim(
        resident=resident,
        wishes=[Wish(1, first.pk), Wish(2, second.pk)],
        asking=Asking(channel="web", request_key=uuid.uuid4()),
        contact=Contact(phone=f"+81709999{1000 + number:04}"),
        by=None,
        at=at,
    )


def _not_booked_yet() -> Iterator[Resident]:
    """Grown-up dummy people without a reservation, other ones than the guide shows."""
    rows = Resident.objects.filter(is_dummy=True, status_flag="0", reservations__isnull=True)
    today = day_of(timezone.now())
    grown_up = (
        one
        for one in rows.order_by("-enrolled_at", "-id")[: BOOKED * 10]
        if one.born_on and age_on(one.born_on, today) >= ADULT
    )
    return itertools.islice(grown_up, BOOKED)
