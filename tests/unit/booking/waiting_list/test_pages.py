"""The residents' pages of the waiting list, and a link in hostile hands."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from booking import reservations, waiting_list
from booking.models import Reservation, WaitingListEntry, WaitingListOffer
from booking.waiting_list import WaitingWish, _tokens
from notifications.models import Message
from tenancy.current import serving
from tests import cast
from tests.unit.booking.views.conftest import Visitor, typed
from tests.unit.booking.waiting_list.conftest import PHONE, booked

pytestmark = pytest.mark.usefixtures("served")
FORGED = "A" * 22


@pytest.fixture
def visitor(served):
    cast.everybody_may_book()
    return Visitor()


def wished(**changes):
    today = localdate()
    return {
        "first_day": today.isoformat(), "last_day": (today + timedelta(days=60)).isoformat(),
        "notice": "1", "notice_hours": "3", "reach": "written", "phone": "070-9999-0002", "email": "",
    } | changes  # fmt: skip


def offered():
    """A link in the hands of somebody who waits, as it was sent."""
    at = timezone.now()
    _slot, web, _ = cast.slot(day=localdate() + timedelta(days=14), web=1, phone=0)
    held = booked(web, at=at)
    entry = waiting_list.join(
        resident_id=cast.resident().pk,
        wish=WaitingWish(1, (), localdate(), localdate() + timedelta(days=60), 1, "written"),
        contact=waiting_list_contact(), by=None, at=at,
    )  # fmt: skip
    reservations.cancel(reservation=held, channel="web", by=None, at=at)
    body = Message.objects.get(kind="offered").body
    return entry, re.search(r"/w/([\w-]+)", body)[1]


def waiting_list_contact():
    from booking.contacts import Contact

    return Contact(phone=PHONE)


class TestJoining:
    def test_from_the_start_page_to_the_entry_and_off_again(self, visitor):
        assert "/sign-in/?wait=1" in visitor.get("/").text
        resident = cast.resident()

        assert visitor.sign_in(resident, wait="1").url == "/waiting/"
        assert visitor.get("/waiting/").url == "/waiting/1/"
        assert visitor.post("/waiting/1/", **wished()).url == "/waiting/"
        page = visitor.get("/waiting/").text
        assert "どの会場でも" in page
        assert "070" not in page
        assert WaitingListEntry.objects.get().resident_id == resident.pk

        visitor.post("/waiting/1/leave/")
        assert WaitingListEntry.objects.get().state == "left"

    def test_the_chooser_leads_there(self, visitor):
        visitor.sign_in(cast.resident())

        assert 'href="/waiting/"' in visitor.get("/choose/1/").text

    @pytest.mark.parametrize(
        "changes",
        [
            {"first_day": "nonsense"},
            {"last_day": "2020-01-01"},
            {"last_day": "9999-12-31"},
            {"venues": "99999999"},
            {"venues": "<script>"},
            {"notice_hours": "-5"},
            {"reach": "call", "phone": ""},
            {"phone": ""},
        ],
    )
    def test_nonsense_gets_words(self, visitor, changes):
        visitor.sign_in(cast.resident())

        answer = visitor.post("/waiting/1/", **wished(**changes))

        assert answer.status_code == 422
        assert not WaitingListEntry.objects.exists()

    def test_nobody_without_signing_in(self, visitor):
        assert visitor.get("/waiting/").url == "/waiting/sign-in/"
        assert visitor.post("/waiting/1/leave/").url == "/waiting/sign-in/"

    def test_who_finds_everything_full_signs_in_for_the_list_alone(self, visitor):
        """Past the waiting room, so it opens nothing else."""
        resident = cast.resident()
        assert visitor.get("/waiting/sign-in/").status_code == 200

        answer = visitor.post("/waiting/sign-in/", **typed(resident.voucher_number_for_test))
        assert answer.url == "/waiting/"
        assert visitor.get("/waiting/").url == "/waiting/1/"
        assert visitor.post("/waiting/1/", **wished()).url == "/waiting/"
        assert WaitingListEntry.objects.get().resident == resident

        assert visitor.get("/programme/").status_code == 200  # where there are several
        for door in ("/choose/1/", "/contact/", "/confirm/"):
            assert visitor.get(door).url == "/sign-in/"
        assert visitor.get("/mine/").url == "/change/"

    @pytest.mark.parametrize("number", ["", "0", "9" * 30, "9990000000", "<script>"])
    def test_nonsense_signs_nobody_in_for_the_list(self, visitor, number):
        answer = visitor.post("/waiting/sign-in/", **typed(number))

        assert answer.status_code == 422
        assert visitor.get("/waiting/").url == "/waiting/sign-in/"

    def test_who_is_paused_comes_back(self, visitor):
        resident = cast.resident()
        visitor.sign_in(resident)
        visitor.post("/waiting/1/", **wished())
        WaitingListEntry.objects.update(state="paused", unanswered=3)

        assert "お知らせを再開する" in visitor.get("/waiting/").text
        visitor.post("/waiting/1/resume/")
        assert WaitingListEntry.objects.get().state == "waiting"


class TestTheLink:
    def test_shows_date_and_venue_and_nothing_about_the_person(self, visitor):
        entry, token = offered()
        page = visitor.get(f"/w/{token}").text

        assert "見本会場" in page
        for private in (entry.resident.name, "見本　太郎", "070", entry.resident.address):
            assert private not in page

    def test_one_press_takes_it_and_a_second_is_told_the_same(self, visitor):
        entry, token = offered()
        first = visitor.post(f"/w/{token}/answer/", answer="take")
        again = visitor.post(f"/w/{token}/answer/", answer="take")

        made = Reservation.objects.get(resident=entry.resident)
        assert made.reservation_number in first.text
        assert made.reservation_number in again.text

    def test_one_press_passes_it_on(self, visitor):
        _, token = offered()

        assert visitor.post(f"/w/{token}/answer/", answer="decline").status_code == 200
        assert WaitingListOffer.objects.get().state == "declined"

    def test_needs_a_form_of_ours(self, visitor):
        _, token = offered()
        visitor.client.handler.enforce_csrf_checks = True

        assert visitor.post(f"/w/{token}/answer/", answer="take").status_code == 403

    @pytest.mark.parametrize("answer", ["", "steal"])
    def test_another_answer_does_nothing(self, visitor, answer):
        _, token = offered()

        assert visitor.post(f"/w/{token}/answer/", answer=answer).status_code == 422
        assert WaitingListOffer.objects.get().state == "open"

    def test_a_look_answers_nothing(self, visitor):
        _, token = offered()
        visitor.get(f"/w/{token}")

        assert visitor.get(f"/w/{token}/answer/").status_code == 405
        assert WaitingListOffer.objects.get().state == "open"


class TestHostileLinks:
    """One clear sentence, and nothing happens."""

    @pytest.mark.parametrize("token", [FORGED, "x", "a" * 500, "%00", "%F0%9F%98%80", "' OR 1=1"])
    def test_forged(self, visitor, token):
        offered()
        for answer in (
            visitor.get(f"/w/{token}"),
            visitor.post(f"/w/{token}/answer/", answer="take"),
        ):
            assert answer.status_code == 404
        assert not Reservation.objects.filter(is_live=True)

    def test_replayed(self, visitor):
        _, token = offered()
        visitor.post(f"/w/{token}/answer/", answer="decline")

        for answer in (
            visitor.get(f"/w/{token}"),
            visitor.post(f"/w/{token}/answer/", answer="take"),
        ):
            assert answer.status_code == 410
            assert "すでにお返事をいただいています" in answer.text
        assert not Reservation.objects.filter(is_live=True)

    def test_replayed_after_a_while(self, visitor):
        _, token = offered()
        visitor.post(f"/w/{token}/answer/", answer="take")
        long_ago = timezone.now() - timedelta(minutes=11)
        WaitingListOffer.objects.update(ended_at=long_ago)

        assert visitor.post(f"/w/{token}/answer/", answer="take").status_code == 410

    def test_expired(self, visitor):
        _, token = offered()
        WaitingListOffer.objects.update(until=timezone.now())

        for answer in (
            visitor.get(f"/w/{token}"),
            visitor.post(f"/w/{token}/answer/", answer="take"),
        ):
            assert answer.status_code == 410
            assert "期限は過ぎました" in answer.text
        assert not Reservation.objects.filter(is_live=True)

    def test_of_another_municipality(self, visitor, tameshi):
        _, token = offered()
        ours = _tokens.index(token)
        with serving(tameshi):
            assert _tokens.index(token) != ours
            with pytest.raises(waiting_list.UnknownOffer):
                waiting_list.find(token=token, at=timezone.now())

    def test_booked_by_another_way_meanwhile(self, visitor):
        entry, token = offered()
        _, web, _ = cast.slot(day=localdate() + timedelta(days=20), web=1, phone=0)
        booked(web, entry.resident, at=timezone.now())

        answer = visitor.post(f"/w/{token}/answer/", answer="take")

        assert answer.status_code == 409
        assert Reservation.objects.filter(is_live=True).count() == 1
