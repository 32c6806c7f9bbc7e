"""From the voucher to the reservation number: one person, both doses."""

import pytest

from booking import rulebook
from booking.models import Reservation, Resident
from notifications.models import Message
from privacy.models import AccessEntry
from tenancy.standings import standing
from tests import cast
from tests.unit.booking.views.conftest import BORN_ON, Visitor, far


def book(visitor, resident, places):
    visitor.sign_in(resident)
    visitor.choose(1, places[0])
    visitor.choose(2, places[1])
    visitor.leave_contact()
    return visitor.confirm()


class TestTheWholeWay:
    def test_leads_from_the_start_to_both_numbers(self, visitor, resident, places):
        assert visitor.get("/").status_code == 200
        answer = visitor.sign_in(resident)
        assert answer.headers["Location"] == "/choose/1/"
        assert visitor.get("/choose/1/").status_code == 200
        answer = visitor.choose(1, places[0])
        assert answer.headers["Location"] == "/choose/2/"
        assert visitor.get("/choose/2/").status_code == 200
        answer = visitor.choose(2, places[1])
        assert answer.headers["Location"] == "/contact/"
        assert visitor.get("/contact/").status_code == 200
        answer = visitor.leave_contact()
        assert answer.headers["Location"] == "/confirm/"
        page = visitor.get("/confirm/")
        assert "070-9999-0002" in page.text
        answer = visitor.confirm()
        assert answer.headers["Location"] == "/done/"
        page = visitor.get("/done/")

        made = list(Reservation.objects.order_by("dose_number"))
        assert [one.bucket_id for one in made] == [places[0].pk, places[1].pk]
        assert all(one.reservation_number in page.text for one in made)
        assert {one.channel for one in made} == {"web"}
        assert Message.objects.filter(kind="confirmed").count() == 2

    def test_keeps_the_contact_with_the_reservation(self, visitor, resident, places):
        book(visitor, resident, places)

        kept = Resident.objects.get(pk=resident.pk)
        assert kept.phone == "+817099990002"
        assert kept.email is None
        assert kept.version == resident.version + 1
        assert Message.objects.filter(kind="confirmed").first().recipient == "+817099990002"

    def test_is_written_into_the_access_log(self, visitor, resident, places):
        book(visitor, resident, places)

        found = AccessEntry.objects.filter(resident_id=resident.pk)
        assert list(found.order_by("id").values_list("what", flat=True)) == ["sign_in", "claim"]

    def test_pressing_twice_gives_the_same_numbers(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()

        first, second = visitor.confirm(key), visitor.confirm(key)

        assert first.status_code == second.status_code == 302
        assert Reservation.objects.count() == 2

    def test_costs_few_statements(self, served, places, django_assert_max_num_queries):
        book(Visitor(), cast.resident(born_on=BORN_ON), places)  # what a process keeps is kept now
        visitor = Visitor()
        visitor.sign_in(cast.resident(born_on=BORN_ON))
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()

        # session, resident, live reservations, the claim; a savepoint only because of the test
        with django_assert_max_num_queries(6):
            visitor.confirm(key)

    def test_offers_a_calendar_entry_without_a_name(self, visitor, resident, places):
        book(visitor, resident, places)

        answer = visitor.get("/done/reservation.ics")

        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert answer.content.count(b"BEGIN:VEVENT") == 2
        assert "見本　太郎" not in answer.content.decode()


class TestSteps:
    @pytest.mark.parametrize(
        "path", ["/choose/1/", "/choose/2/", "/contact/", "/confirm/", "/done/"]
    )
    def test_send_a_stranger_to_the_sign_in(self, visitor, places, path):
        answer = visitor.get(path)

        assert answer.headers["Location"] == "/sign-in/"

    @pytest.mark.parametrize("path", ["/choose/2/", "/contact/", "/confirm/", "/done/"])
    def test_cannot_be_skipped(self, visitor, resident, places, path):
        visitor.sign_in(resident)

        answer = visitor.get(path)

        assert answer.headers["Location"] == "/choose/1/"

    def test_claim_nothing_when_the_second_place_was_let_go(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()
        visitor.choose(1, places[0])

        assert visitor.confirm(key).headers["Location"] == "/choose/2/"
        assert not Reservation.objects.exists()

    def test_claim_nothing_before_the_contact_is_known(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])

        answer = visitor.post("/confirm/", request_key="0" * 32)

        assert answer.headers["Location"] == "/choose/2/"
        assert not Reservation.objects.exists()


class TestTheFormerContact:
    def test_is_told_when_a_booking_brings_another(self, visitor, resident, places):
        book(visitor, resident, places)

        told = Message.objects.get(kind="contact")
        assert told.recipient == "+817099990001"

    def test_is_left_alone_when_it_is_the_same(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact(phone="070-9999-0001")
        visitor.confirm()

        assert not Message.objects.filter(kind="contact").exists()


class TestFamily:
    def test_may_book_where_the_ward_has_agreed(self, visitor, resident, places):
        row = standing()
        row.proxy_allowed = True
        row.save()
        rulebook.forget_kept()
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        assert "手続きをしている方" in visitor.get("/contact/").text

        visitor.leave_contact(speaker="family")
        visitor.confirm()

        assert {one.speaker for one in Reservation.objects.all()} == {"family"}


class TestStopSwitch:
    def test_stops_new_bookings_and_says_so_at_the_start(self, visitor, resident, places):
        rules = rulebook.booking_rules()
        rules.web_stopped, rules.stop_words = True, "台風のため停止しています。"
        rules.save()
        rulebook.forget_kept()

        start = visitor.get("/").text
        refused = visitor.sign_in(resident)

        assert "台風のため停止しています。" in start
        assert 'href="/sign-in/"' not in start
        assert refused.status_code == 422
        assert "台風のため停止しています。" in refused.text

    def test_stops_a_booking_that_is_under_way(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()
        rules = rulebook.booking_rules()
        rules.web_stopped = True
        rules.save()
        rulebook.forget_kept()

        answer = visitor.confirm(key)

        assert answer.status_code == 409
        assert "停止しています" in answer.text
        assert 'href="/confirm/"' in answer.text
        assert not Reservation.objects.exists()
        rules.web_stopped = False
        rules.save()
        rulebook.forget_kept()
        assert visitor.key() == key  # nothing was lost
        assert visitor.confirm(key).headers["Location"] == "/done/"


class TestAPlaceSeenBefore:
    def test_is_kept_through_the_sign_in(self, visitor, resident, places):
        free = visitor.get(f"/free/?day={places[0].slot.opening.day}&venue={places[0].slot.opening.venue_id}")  # fmt: skip
        assert f"/sign-in/?place={places[0].pk}" in free.text
        assert f'value="{places[0].pk}"' in visitor.get(f"/sign-in/?place={places[0].pk}").text

        answer = visitor.sign_in(resident, place=str(places[0].pk))

        assert answer.headers["Location"] == "/choose/2/"

    def test_is_left_out_where_it_does_not_fit(self, visitor, places):
        child = cast.resident(born_on=far(0).replace(year=far(0).year - 10))
        phone = places[0].slot.buckets.get(channel="phone")
        adult = cast.resident(born_on=BORN_ON)

        assert visitor.sign_in(adult, place=str(phone.pk)).headers["Location"] == "/choose/1/"
        refused = visitor.sign_in(child, born_on=child.born_on, place=str(places[0].pk))
        assert "16歳以上" in refused.text


class TestOneDoseOnly:
    @pytest.fixture
    def single(self, served):
        cast.everybody_may_book()
        return cast.slot(day=far(20), vaccine_=cast.vaccine("一回製薬", doses=1))[1]

    def test_never_asks_for_a_second(self, visitor, resident, single):
        visitor.sign_in(resident)
        assert visitor.choose(1, single).headers["Location"] == "/contact/"

        assert visitor.get("/choose/2/").headers["Location"] == "/contact/"
        visitor.leave_contact()
        visitor.confirm()

        assert [one.dose_number for one in Reservation.objects.all()] == [1]


class TestLanguage:
    def test_of_the_page_is_the_language_of_the_messages(self, visitor, resident, places):
        visitor.post("/language/", language="en", next="/")
        assert "Book your vaccination" in visitor.get("/").text

        book(visitor, resident, places)

        assert {one.language for one in Message.objects.filter(kind="confirmed")} == {"en"}
        assert Resident.objects.get(pk=resident.pk).language == "en"
