"""A vaccination and a check-up at once, as one resident meets them."""

import pytest

from booking import invariants, rulebook
from booking.models import Reservation, WaitingListEntry
from notifications.models import Message
from tests import cast
from tests.unit.booking.views.conftest import Visitor, far
from tests.unit.booking.waiting_list.test_pages import wished
from venues import availability, programmes
from venues.models import Programme


@pytest.fixture
def check_up(places):
    """A check-up of one visit, with two web places."""
    row = cast.programme("見本検診", name_en="Mihon check-up", kind="check_up")
    vaccine = cast.vaccine("検診")
    cast.course(vaccine, row, doses=1, minimum_age=40)
    row.place = cast.slot(day=far(14), programme_=row, vaccine_=vaccine, web=2)[1]
    rulebook.forget_kept()
    availability.forget_kept()
    return row


def book_check_up(visitor, resident, check_up):
    visitor.sign_in(resident)
    visitor.post("/programme/", programme=check_up.pk)
    visitor.choose(1, check_up.place)
    visitor.leave_contact()
    return visitor.confirm()


def book_doses(visitor, resident, places):
    visitor.sign_in(resident)
    visitor.post("/programme/", programme=programmes.first())
    visitor.choose(1, places[0])
    visitor.choose(2, places[1])
    visitor.leave_contact()
    return visitor.confirm()


class TestOneOnly:
    def test_nobody_is_asked(self, visitor, resident, places):
        assert visitor.sign_in(resident).url == "/choose/1/"
        assert "事業" not in visitor.get("/choose/1/").text

    def test_nor_where_the_other_is_closed(self, visitor, resident, check_up):
        Programme.objects.filter(pk=check_up.pk).update(is_open=False)
        rulebook.forget_kept()
        availability.forget_kept()

        assert visitor.sign_in(resident).url == "/choose/1/"
        assert visitor.choose(1, check_up.place).url == "/choose/1/"  # it is not on offer

    def test_nor_where_the_other_is_not_for_this_age(self, visitor, check_up):
        from datetime import date

        young = cast.resident(born_on=date(2000, 1, 1))
        answer = visitor.sign_in(young, born_on_year="2000", born_on_month="1", born_on_day="1")

        assert answer.url == "/choose/1/"


class TestBoth:
    def test_the_same_resident_books_in_both(self, visitor, resident, places, check_up):
        assert visitor.sign_in(resident).url == "/programme/"
        page = visitor.get("/programme/").text
        assert "見本検診" in page
        assert "予防接種" in page

        assert book_doses(visitor, resident, places).url == "/done/"
        assert "続けて予約する" in visitor.get("/done/").text
        visitor.post("/programme/", programme=check_up.pk)
        assert visitor.choose(1, check_up.place).url == "/confirm/"
        page = visitor.get("/confirm/").text
        assert "見本検診" in page
        assert "1回目" not in page  # one visit is all there is
        assert visitor.confirm().url == "/done/"

        rows = Reservation.objects.order_by("programme_id", "dose_number")
        assert list(rows.values_list("programme_id", "dose_number")) == [
            (programmes.first(), 1), (programmes.first(), 2), (check_up.pk, 1),
        ]  # fmt: skip
        assert not invariants.broken()
        told = [one.body for one in Message.objects.filter(kind="confirmed")]
        assert [sum(name in body for body in told) for name in ("見本検診", "予防接種")] == [1, 2]

    def test_in_whatever_order_and_in_another_session(self, resident, places, check_up):
        assert book_check_up(Visitor(), resident, check_up).url == "/done/"
        assert book_doses(Visitor(), resident, places).url == "/done/"

        assert Reservation.objects.count() == 3

    def test_who_has_booked_in_both_is_confirmed_no_more(self, resident, places, check_up):
        book_check_up(Visitor(), resident, check_up)
        book_doses(Visitor(), resident, places)

        assert Visitor().sign_in(resident).status_code == 422

    def test_who_books_the_same_again_hears_the_neutral_sentence(self, resident, check_up):
        book_check_up(Visitor(), resident, check_up)

        answer = book_check_up(Visitor(), resident, check_up)

        assert answer.status_code == 409
        assert Reservation.objects.count() == 1

    def test_the_last_place_goes_once(self, check_up):
        answers = [book_check_up(Visitor(), cast.resident(), check_up) for _ in range(2)]
        assert {one.url for one in answers} == {"/done/"}

        third = Visitor()
        third.sign_in(cast.resident())
        third.post("/programme/", programme=check_up.pk)
        third.choose(1, check_up.place)
        third.leave_contact()
        assert third.get("/confirm/").status_code == 302
        check_up.place.refresh_from_db()
        assert check_up.place.taken == 2

    def test_a_place_of_the_other_programme_is_not_taken(self, visitor, resident, places, check_up):
        visitor.sign_in(resident)
        visitor.post("/programme/", programme=check_up.pk)

        assert visitor.choose(1, places[0]).url == "/choose/1/"

    def test_a_chosen_place_brings_its_programme(self, visitor, resident, check_up):
        answer = visitor.sign_in(resident, place=str(check_up.place.pk))

        assert answer.url == "/contact/"

    @pytest.mark.parametrize("sent", ["", "0", "-1", "x", "9" * 40, "1 OR 1=1", "<b>", "999999"])
    def test_nonsense_is_answered_kindly(self, visitor, resident, check_up, sent):
        visitor.sign_in(resident)

        answer = visitor.post("/programme/", programme=sent)

        assert answer.url == "/programme/"
        assert "一覧にある事業から選んでください。" in visitor.get("/programme/").text


class TestAllOrNone:
    def test_a_first_place_without_a_second_is_not_offered(self, visitor, resident, places):
        """Maibara: what cannot become a pair is not shown."""
        cast.ruled(pair_rule="together")
        assert visitor.sign_in(resident).url == "/choose/1/"
        assert visitor.choose(1, places[0]).url == "/choose/2/"

        places[1].capacity = 0
        places[1].save()
        availability.forget_kept()

        assert visitor.choose(1, places[0]).url == "/choose/1/"


class TestMine:
    @pytest.fixture
    def looking(self, resident, places, check_up):
        book_check_up(Visitor(), resident, check_up)
        book_doses(Visitor(), resident, places)
        number = Reservation.objects.filter(programme=check_up).get().reservation_number
        visitor = Visitor()
        from tests.unit.booking.views.conftest import typed

        visitor.post("/change/", **typed(resident.voucher_number_for_test, reservation=number))
        return visitor

    def test_shows_each_by_its_programme(self, looking, check_up):
        page = looking.get("/mine/").text

        assert "見本検診 予約" in page
        assert "予防接種 1回目" in page
        assert f"/mine/{check_up.pk}-1/move/" in page

    def test_cancels_the_one_that_is_meant(self, looking, check_up):
        looking.cancel(f"{check_up.pk}-1")

        live = Reservation.objects.filter(is_live=True)
        assert set(live.values_list("programme_id", flat=True)) == {programmes.first()}
        assert "見本検診を予約する" in looking.get("/mine/").text

    def test_moves_the_one_that_is_meant(self, looking, check_up, places):
        later = cast.slot(
            day=far(20), programme_=check_up, vaccine_=check_up.place.slot.opening.vaccine
        )[1]
        availability.forget_kept()
        address = f"{check_up.pk}-1"

        assert looking.post(f"/mine/{address}/move/take/", place=places[1].pk).url == f"/mine/{address}/move/"  # fmt: skip
        assert looking.post(f"/mine/{address}/move/take/", place=later.pk).url == f"/mine/{address}/move/confirm/"  # fmt: skip
        looking.confirm_move(address)

        assert Reservation.objects.get(programme=check_up).bucket_id == later.pk

    def test_books_the_other_programme_from_here(self, looking, check_up):
        looking.cancel(f"{check_up.pk}-1")
        address = f"{check_up.pk}-1"
        looking.post(f"/mine/{address}/move/take/", place=check_up.place.pk)
        looking.confirm_move(address)

        assert Reservation.objects.filter(programme=check_up, is_live=True).count() == 1

    @pytest.mark.parametrize("address", ["999999-1", "0-1", "1-99", "999999999999999-9", "1-0"])
    def test_there_is_nothing_at_other_addresses(self, looking, address):
        assert looking.get(f"/mine/{address}/move/").status_code == 404


class TestWaiting:
    def test_waits_in_each_by_itself(self, visitor, resident, check_up):
        visitor.sign_in(resident)
        assert visitor.get("/waiting/1/").url == "/programme/"
        for pk in (programmes.first(), check_up.pk):
            visitor.post("/programme/", programme=pk)
            assert visitor.post("/waiting/1/", **wished()).url == "/waiting/"

        page = visitor.get("/waiting/").text
        assert "見本検診" in page
        assert WaitingListEntry.objects.count() == 2
        visitor.post(f"/waiting/{check_up.pk}-1/leave/")
        left = WaitingListEntry.objects.filter(state="waiting").get()
        assert left.programme_id == programmes.first()
