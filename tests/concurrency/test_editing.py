"""Intake goes on while a day is edited through its pages: generate, up, down, one slot, drain."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time as clock
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import localdate

from booking import invariants, reservations
from booking.models import Reservation
from booking.reservations import Asking, Wish
from tenancy.current import serving
from tests import cast
from tests.serving import desk
from venues import checks, ledger
from venues.models import Bucket, Opening, Slot

pytestmark = pytest.mark.concurrency
CALLERS, SLOTS, EACH = 3, 3, 8


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        day, hall = localdate() + timedelta(days=14), cast.venue()
        made = [
            cast.slot(day=day, at=clock(10 + hour), web=EACH, phone=0, venue_=hall)
            for hour in range(SLOTS)
        ]
        yield live_municipalities.mihon, [one for one, _, _ in made], [web for _, web, _ in made]


class Callers:
    """People who book wherever there is room until the editing is done; each asks once a turn."""

    def __init__(self, municipality):
        self.municipality, self.done = municipality, threading.Event()
        self.came = Counter()

    def go_on(self, residents):
        for resident in residents:
            with serving(self.municipality):
                self.came[self._book(resident)] += 1
            if self.done.is_set() and self.came["granted"]:
                break
        connections.close_all()

    def _book(self, resident):
        found = "SlotFull"
        for bucket in Bucket.objects.filter(channel="web").order_by("pk"):
            asking = Asking(channel="web", request_key=uuid.uuid4())
            try:
                reservations.claim(
                    resident=resident, wishes=[Wish(1, bucket.pk)], asking=asking, by=None,
                    at=cast.now(),
                )  # fmt: skip
            except reservations.Refused as refusal:
                found = type(refusal).__name__
            else:
                return "granted"
        return found


def capacities(opening, **wanted):
    rows = Bucket.objects.filter(slot__opening=opening)
    typed = {f"capacity-{one.pk}": wanted.get(str(one.pk), one.capacity) for one in rows}
    return typed | {f"shown-{one.pk}": one.capacity for one in rows} | {"reason": "試験の変更"}


def edit(ward, slots, webs):
    """What an officer does in one sitting; every answer is a redirect: done, nothing refused."""
    opening, first, second = slots[0].opening, *map(str, (webs[0].pk, webs[1].pk))
    page = f"/venues/openings/{opening.pk}/places/"
    answers = [
        ward.post(page, capacities(opening, **{first: EACH + 4})),
        ward.post(f"/venues/slots/{slots[2].pk}/close/", {"reason": "医師の遅刻"}),
        ward.post("/venues/openings/new/", new_days(opening)),
    ]
    taken = Bucket.objects.get(pk=webs[1].pk).taken
    lowered = ward.post(page, capacities(opening, **{second: taken}))  # down to what is taken
    answers.append(ward.post(f"/closures/{opening.pk}/", {"reason": "停電のため"}))
    return [one.status_code for one in answers], lowered.status_code


def new_days(opening):
    first = opening.day + timedelta(days=7)
    return {
        "venue": opening.venue_id, "vaccine": opening.vaccine_id, "first_day": f"{first}",
        "last_day": f"{first}", "weekdays": [str(first.weekday())], "starts_at": "09:00",
        "ends_at": "10:00", "slot_minutes": "15", "lanes": "1", "places_per_lane": "2",
        "phone_share": "0", "bookable_from_day": f"{localdate() - timedelta(days=1)}",
        "bookable_from_time": "09:00", "days_before": "1", "closes_at": "17:00",
        "reason": "開設を増やす", "step": "save", "programme": opening.programme_id,
    }  # fmt: skip


def test_every_page_of_a_day_may_be_used_while_people_book(town):
    municipality, slots, webs = town
    ward, callers = desk(cast.staff("ward_officer")), Callers(municipality)
    people = [[cast.resident() for _ in range(14)] for _ in range(CALLERS)]

    with ThreadPoolExecutor(CALLERS) as pool:
        going = [pool.submit(callers.go_on, some) for some in people]
        try:
            done, lowered = edit(ward, slots, webs)
        finally:
            callers.done.set()
        for one in going:
            one.result(timeout=120)

    assert done == [302] * 4
    assert lowered in {302, 422}  # somebody may have come in between: then nothing was changed
    assert Opening.objects.count() == 2
    assert Bucket.objects.get(pk=webs[0].pk).capacity == EACH + 4
    assert not Slot.objects.get(pk=slots[2].pk).is_open
    assert not Opening.objects.get(pk=slots[0].opening_id).is_open
    assert set(callers.came) <= {"granted", "SlotFull"}
    assert callers.came["granted"] == Reservation.objects.filter(is_live=True).count() > 0
    assert invariants.broken() == []
    assert ledger.differences() == []
    assert checks.unequal_copies() == []
