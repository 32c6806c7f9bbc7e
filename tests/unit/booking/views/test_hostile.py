"""What nobody should send, at each door: refused in words, never a fault, nothing changed."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client

from booking import reservations
from booking.models import Reservation, Resident
from tenancy.current import serving
from tests import cast
from tests.unit.booking.views.conftest import Visitor, far, typed
from tests.unit.booking.views.test_booking import book

NONSENSE = (
    "", " ", "\x00", "0", "-1", "9" * 400, "9" * 30, "'; DROP TABLE booking_resident; --",
    "<script>alert(1)</script>", "{{ 7*7 }}", "%00", "\u202e123", "😀" * 20, "١٢٣٤٥٦٧٨٩٠", "NaN",
    "1e5", "../../etc/passwd", "２０２６－０６－１５",
)  # fmt: skip


class TestSignIn:
    @pytest.mark.parametrize("field", ["voucher", "born_on_year", "born_on_month", "born_on_era", "place"])  # fmt: skip
    def test_answers_nonsense_calmly(self, visitor, places, field):
        for value in NONSENSE:
            answer = visitor.post("/sign-in/", **(typed("9990000001") | {field: value}))

            assert answer.status_code in {422, 429}
            assert "<script>alert" not in answer.text

    def test_takes_no_nonsense_for_a_reservation_number(self, visitor, places):
        for value in NONSENSE:
            answer = visitor.post("/change/", **typed("9990000001", reservation=value))

            assert answer.status_code == 422

    def test_takes_figures_in_full_width_and_the_whole_line(self, visitor, places, resident):
        for number in ("９９９０００１１１１", "219999979990001111"):
            person = Resident.objects.first()
            person.vouchers.all().delete()
            person.delete()
            person = cast.resident(voucher_number="9990001111")
            answer = visitor.post("/sign-in/", **typed(number, person.born_on))
            assert answer.headers["Location"] == "/choose/1/"

    def test_names_a_voucher_of_another_municipality(self, visitor, places):
        answer = visitor.post("/sign-in/", **typed("219999899990000001"))

        assert answer.status_code == 422
        assert "ほかの自治体の接種券" in answer.text

    def test_takes_an_era_year(self, visitor, places, resident):
        form = typed(resident.voucher_number_for_test) | {
            "born_on_year": "２５", "born_on_era": "昭和",
        }  # fmt: skip

        assert visitor.post("/sign-in/", **form).headers["Location"] == "/choose/1/"

    def test_sends_nowhere_else(self, visitor, places, resident):
        answer = visitor.post(
            "/sign-in/?next=https://evil.example/",
            **typed(resident.voucher_number_for_test, next="https://evil.example/"),
        )

        assert answer.headers["Location"] == "/choose/1/"


class TestLooking:
    @pytest.mark.parametrize("name", ["by", "venue", "day", "month", "place"])
    def test_leaves_nonsense_out(self, visitor, places, name):
        for value in NONSENSE:
            answer = visitor.get("/free/", data={name: value})

            assert answer.status_code == 200
            assert "<script>alert" not in answer.text

    @pytest.mark.parametrize("query", ["by=date&month=2099-12", "by=date&day=1900-01-01", "by=venue&venue=999999", "day=2026-01-01&venue=1", "by=date&month=2000-01"])  # fmt: skip
    def test_shows_an_empty_page_beyond_the_calendar(self, visitor, places, query):
        assert visitor.get(f"/free/?{query}").status_code == 200


class TestChoosing:
    def test_takes_no_nonsense_for_a_place(self, visitor, resident, places):
        visitor.sign_in(resident)

        for value in NONSENSE:
            answer = visitor.post("/choose/1/take/", place=value)

            assert answer.headers["Location"] == "/choose/1/"

    def test_offers_no_place_of_another_channel(self, visitor, resident, places):
        phone = places[0].slot.buckets.get(channel="phone")
        visitor.sign_in(resident)

        answer = visitor.choose(1, phone)

        assert answer.headers["Location"] == "/choose/1/"

    def test_offers_no_second_place_too_soon_or_of_another_vaccine(self, visitor, resident, places):
        venue = places[0].slot.opening.venue
        soon = cast.slot(day=far(30), venue_=venue)[1]
        other = cast.slot(day=far(40), venue_=venue, vaccine_=cast.vaccine("別の製薬"))[1]
        visitor.sign_in(resident)
        visitor.choose(1, places[0])

        for bucket in (soon, other):
            assert visitor.choose(2, bucket).headers["Location"] == "/choose/2/"

    @pytest.mark.parametrize("dose", [0, 3, 99, 2**70])
    def test_knows_two_doses(self, visitor, resident, places, dose):
        visitor.sign_in(resident)

        assert visitor.get(f"/choose/{dose}/").status_code == 404
        assert visitor.post(f"/choose/{dose}/take/", place=places[0].pk).status_code == 404

    def test_goes_alone_only_where_nothing_fits(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])

        assert visitor.post("/choose/alone/").headers["Location"] == "/choose/2/"
        places[1].is_open = False
        places[1].save()
        from venues import availability

        availability.forget_kept()
        assert visitor.post("/choose/alone/").headers["Location"] == "/contact/"


class TestContact:
    @pytest.fixture
    def chosen(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        return visitor

    @pytest.mark.parametrize("field", ["phone", "email", "notice"])
    def test_answers_nonsense_calmly(self, chosen, field):
        for value in filter(str.strip, NONSENSE):
            answer = chosen.leave_contact(**{field: value})

            assert answer.status_code == 422
            assert "<script>alert" not in answer.text

    @pytest.mark.parametrize("email", ["a@example.jp\nBcc: x@example.jp", "a@example.jp,b@example.jp", "123456789018@example.jp"])  # fmt: skip
    def test_takes_one_address_that_carries_nothing_else(self, chosen, email):
        assert chosen.leave_contact(phone="", email=email).status_code == 422

    @pytest.mark.parametrize("phone", ["110", "0570-000-000", "0990-000-000", "+1 202 555 0100", "0120-000-000"])  # fmt: skip
    def test_takes_only_a_number_somebody_can_be_reached_at(self, chosen, phone):
        assert chosen.leave_contact(phone=phone).status_code == 422

    def test_needs_one_of_the_two(self, chosen):
        answer = chosen.leave_contact(phone="", email="")

        assert answer.status_code == 422
        assert "どちらか" in answer.text

    def test_shows_a_new_notice_before_going_on(self, chosen):
        answer = chosen.leave_contact(notice="0")

        assert answer.status_code == 422
        assert "もう一度お読みください" in answer.text
        assert 'name="notice" value="1"' in answer.text

    def test_ignores_fields_that_nobody_asked_for(self, chosen, resident):
        chosen.leave_contact(name="別人", status_flag="0", resident="1", speaker="family")
        chosen.confirm()

        kept = Resident.objects.get(pk=resident.pk)
        assert kept.name == "見本　太郎"
        assert {one.speaker for one in Reservation.objects.all()} == {"self"}


class TestConfirming:
    def test_needs_the_key_of_this_very_page(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()

        for value in NONSENSE:
            answer = visitor.post("/confirm/", request_key=value)

            assert answer.headers["Location"] == "/confirm/"
        assert not Reservation.objects.exists()

    def test_says_that_the_place_is_gone_and_keeps_what_was_typed(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()
        type(places[0]).objects.filter(pk=places[0].pk).update(taken=4, held=0)
        from venues import availability
        from venues.models import Hold

        Hold.objects.update(bucket=None)  # it ran out, and others were faster
        availability.forget_kept()

        answer = visitor.confirm(key)
        assert answer.headers["Location"] == "/choose/1/"
        assert "お取りできませんでした" in visitor.get("/choose/1/").text
        assert not Reservation.objects.exists()

        free = cast.slot(day=far(13), venue_=places[0].slot.opening.venue)[1]
        availability.forget_kept()
        visitor.choose(1, free)
        assert visitor.choose(2, places[1]).headers["Location"] == "/confirm/"
        assert visitor.confirm().headers["Location"] == "/done/"

    def test_speaks_the_neutral_sentence_when_the_record_says_no(self, visitor, resident, places):
        visitor.sign_in(resident)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        key = visitor.key()
        Resident.objects.filter(pk=resident.pk).update(status_flag="2")

        answer = visitor.confirm(key)

        assert answer.status_code == 409
        assert "入力された内容では手続きに進めません" in answer.text
        assert "区の窓口" not in answer.text
        assert visitor.get("/choose/1/").headers["Location"] == "/sign-in/"


class TestOneBrowser:
    """Two people, or two times, in one browser."""

    def ready(self, visitor, who, places):
        visitor.sign_in(who)
        visitor.choose(1, places[0])
        visitor.choose(2, places[1])
        visitor.leave_contact()
        return visitor.key()

    def test_a_page_of_the_first_books_nothing_for_the_second(self, visitor, resident, places):
        key = self.ready(visitor, resident, places)
        other = cast.resident(born_on=resident.born_on)
        self.ready(visitor, other, places)

        answer = visitor.confirm(key)

        assert answer.headers["Location"] == "/confirm/"
        assert not Reservation.objects.exists()

    def test_a_page_of_the_first_has_no_token_for_the_second(self, places, resident):
        other = cast.resident(born_on=resident.born_on)
        client = Client(enforce_csrf_checks=True, headers={"host": "mihon.localhost"})

        def token(path):
            return re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)[1]

        def sign_in(who):
            form = typed(who.voucher_number_for_test, csrfmiddlewaretoken=token("/sign-in/"))
            assert client.post("/sign-in/", form).headers["Location"] == "/choose/1/"

        sign_in(resident)
        left_open = token("/choose/1/")
        sign_in(other)

        answer = client.post(
            "/choose/1/take/", {"place": places[0].pk, "csrfmiddlewaretoken": left_open}
        )

        assert answer.status_code == 403

    def test_a_second_tab_at_level_a_learns_nothing_of_what_is_held(self, resident, places):
        one, two = Visitor(), Visitor()
        first_key, second_key = self.ready(one, resident, places), self.ready(two, resident, places)
        one.confirm(first_key)

        answer = two.confirm(second_key)

        assert answer.status_code == 409
        assert "入力された内容では手続きに進めません" in answer.text
        assert Reservation.objects.count() == 2

    def test_the_back_button_after_a_cancel_shows_no_dead_number(self, visitor, resident, places):
        key = self.ready(visitor, resident, places)
        visitor.confirm(key)
        for held in reservations.live_of(resident.pk):
            reservations.cancel(reservation=held, channel="phone", by=None, at=cast.now())

        answer = visitor.confirm(key)

        assert answer.headers["Location"] == "/confirm/"
        assert "ほかの画面で変更されました" in visitor.get("/confirm/").text
        assert visitor.get("/done/").headers["Location"] == "/confirm/"
        assert visitor.confirm().headers["Location"] == "/done/"
        assert len(reservations.live_of(resident.pk)) == 2

    def test_a_number_of_another_municipality_opens_nothing(self, visitor, resident, places, tameshi):  # fmt: skip
        with serving(tameshi):
            cast.everybody_may_book()
            stranger = cast.resident(
                born_on=resident.born_on, voucher_number=resident.voucher_number_for_test
            )
            held = cast.reservation(stranger, bucket=cast.slot(day=far(20))[1], at=cast.now())
            held.refresh_from_db()
        book(visitor, resident, places)
        ours = {one.pk for one in reservations.live_of(resident.pk)}

        answer = visitor.post(
            "/change/",
            **typed(resident.voucher_number_for_test, reservation=held.reservation_number),
        )

        assert answer.status_code == 422
        assert held.pk not in ours


def resident_paths():
    from booking import urls_resident

    samples = {
        "int:dose_number": "1", "dose:dose_number": "1", "int:cancelled": "1",
        "str:token": "A" * 22, "uuid:pk": str(uuid.uuid4()),
    }  # fmt: skip
    for one in urls_resident.urlpatterns:
        yield "/" + re.sub(r"<([^>]+)>", lambda found: samples[found[1]], str(one.pattern))


class TestEveryDoor:
    def test_takes_no_post_without_its_token(self, served):
        client = Client(enforce_csrf_checks=True, headers={"host": "mihon.localhost"})

        for path in resident_paths():
            assert client.post(path).status_code in {403, 405}, path

    def test_takes_no_post_from_another_site(self, visitor):
        for path in resident_paths():
            answer = visitor.client.post(path, headers={"sec-fetch-site": "cross-site"})

            assert answer.status_code == 403, path

    def test_changes_nothing_when_only_looked_at(self, visitor, resident, places):
        book(visitor, resident, places)
        tables = ("booking_resident", "booking_reservation", "booking_reservationevent", "venues_bucket", "notifications_message", "booking_onetimecode")  # fmt: skip

        before = checksums(tables)
        for path in resident_paths():
            visitor.get(path)

        assert checksums(tables) == before


def checksums(tables):
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")  # fmt: skip
            found[table] = cursor.fetchone()[0]
    return found
