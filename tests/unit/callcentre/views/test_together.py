"""A care home on the telephone: everybody found one by one, booked side by side, all or none."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from booking import group_claims, rulebook
from booking.models import Reservation, Resident
from callcentre.models import CallParty, Lease
from privacy.models import AccessEntry
from tenancy.standings import standing
from tests import cast
from tests.unit.callcentre.views.test_desk import BIRTH, find, post, start, text
from tests.unit.callcentre.views.test_keeping import console, places

__all__ = ["console", "places"]


@pytest.fixture
def home(console, taro, places):
    """Three people of a care home, identified in one call; the slot has six places."""
    row = standing()
    row.proxy_allowed = True
    row.save()
    rulebook.forget_kept()
    others = [cast.resident(voucher_number=f"999012345{n}") for n in (7, 8)]
    start(console)
    for number in ("9990123456", "9990123457", "9990123458"):
        find(console, number=number, speaker="carer", **BIRTH)
    assert len(others) == 2
    return list(CallParty.objects.order_by("position"))


def form(home, slot, **changes):
    return {
        "people": [one.pk for one in home], "dose": 1, "slot": slot.pk, "speaker": "carer",
        "consent": "on", "mark": group_claims.consent_mark(), "request_key": uuid.uuid4(),
    } | changes  # fmt: skip


def send(console, home, slot, **changes):
    return post(console, "together/", **form(home, slot, **changes))


class TestBookingTogether:
    def test_is_offered_and_books_everybody(self, console, home, places):
        assert "まとめて予約" in text(console.get("/console/"))
        page = text(console.get("/console/together/"))
        assert group_claims.consent_words() in page
        assert re.search(rf'name="slot" value="{places[0].pk}"', page)

        page = text(send(console, home, places[0]))

        assert "3人を予約しました" in page
        made = list(Reservation.objects.all())
        assert {one.slot_id for one in made} == {places[0].pk}
        assert {one.resident_id for one in made} == {one.resident_id for one in home}
        assert {(one.channel, one.speaker) for one in made} == {("phone", "carer")}
        consents = AccessEntry.objects.filter(what="group_consent")
        assert {one.call_id for one in consents} == {home[0].call_id}
        assert consents.count() == 3

    def test_names_who_was_refused_to_the_operator_and_books_nobody(self, console, home, places):
        Resident.objects.filter(pk=home[1].resident_id).update(status_flag="1")

        page = text(send(console, home, places[0]))

        assert "2人目：" in page
        assert not Reservation.objects.exists()

    def test_looks_at_another_day(self, console, home, places):
        venue, day = places[1].opening.venue_id, places[1].opening.day
        page = text(console.get(f"/console/together/?venue={venue}&day={day}"))
        assert re.search(rf'name="slot" value="{places[1].pk}"', page)

        path = f"together/?venue={venue}&day={day}"
        assert "3人を予約しました" in text(post(console, path, **form(home, places[1])))

    def test_pressed_twice_is_once(self, console, home, places):
        key = uuid.uuid4()
        for _ in range(2):
            send(console, home, places[0], request_key=key)

        assert Reservation.objects.count() == 3

    def test_needs_the_lease_of_each(self, console, home, places, other_operator):
        from callcentre import calls, leases

        now = timezone.now()
        Lease.objects.filter(resident_id=home[2].resident_id).delete()
        theirs = calls.start(by=other_operator, at=now)
        leases.take(resident_id=home[2].resident_id, call=theirs, by=other_operator, at=now)

        page = text(send(console, home, places[0]))

        assert "対応中" in page
        assert not Reservation.objects.exists()


class TestHostile:
    @pytest.mark.parametrize(
        "changes",
        [{"consent": ""}, {"mark": "x"}, {"mark": ""}, {"people": []}, {"people": ["x"]},
         {"slot": "0"}, {"slot": "9" * 40}, {"dose": "-1"}, {"dose": "\x00"}, {"speaker": "self"},
         {"speaker": ""}, {"request_key": "x"}],
    )  # fmt: skip
    def test_books_nobody_and_says_why(self, console, home, places, changes):
        answer = post(console, "together/", **(form(home, places[0]) | changes))

        assert answer.status_code in {409, 422}
        assert not Reservation.objects.exists()

    @pytest.mark.parametrize("query", ["venue=x&day=y", "venue=0&day=2026-99-99", "day=%00"])
    def test_looks_up_no_nonsense(self, console, home, query):
        assert console.get(f"/console/together/?{query}").status_code == 200

    def test_is_not_for_one_alone_or_without_a_call(self, console, taro, places):
        assert console.get("/console/together/").headers["Location"] == "/console/"
        start(console)
        find(console, number="9990123456", **BIRTH)

        assert console.get("/console/together/").headers["Location"] == "/console/"

    def test_one_who_is_not_identified_is_not_among_them(self, console, home, places):
        cast.resident(voucher_number="9990123459")
        find(console, number="9990123459", speaker="carer")
        stranger = CallParty.objects.get(position=4)

        answer = send(console, [*home, stranger], places[0])

        assert answer.status_code == 422
        assert not Reservation.objects.exists()

    def test_a_slot_of_long_ago_is_none(self, console, home):
        past = cast.slot(day=timezone.localdate() - timedelta(days=9))[0]

        assert send(console, home, past).status_code == 422
