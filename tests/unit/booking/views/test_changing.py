"""Level B: see, move, cancel, another contact; and the way in without the number."""

import re
import uuid
from datetime import time, timedelta

import pytest

from booking import contact_changes, reservations, rulebook
from booking.contacts import Contact
from booking.models import ChangeRules, OneTimeCode, Reservation, Resident
from booking.reservations import Asking, Wish
from notifications.models import Message
from privacy.models import AccessEntry
from tests import cast
from tests.unit.booking.views.conftest import Visitor, far, typed
from venues import slot_facts
from venues.models import Programme


@pytest.fixture
def booked(resident, places):
    asking = Asking(channel="web", request_key=uuid.uuid4())
    return reservations.claim(
        resident=resident,
        wishes=[Wish(1, places[0].pk), Wish(2, places[1].pk)],
        asking=asking,
        by=None,
        at=cast.now(),
    )


@pytest.fixture
def holder(visitor, resident, booked):
    """Signed in at level B."""
    number = booked[0].reservation_number
    answer = visitor.post("/change/", **typed(resident.voucher_number_for_test, reservation=number))
    assert answer.headers["Location"] == "/mine/"
    return visitor


def code_sent():
    message = Message.objects.filter(kind="code").latest("created_at")
    return re.search(r"[0-9]{6}", message.body)[0], message


class TestSeeing:
    def test_shows_date_venue_and_dose_but_neither_name_nor_address(self, holder, resident, booked):
        page = holder.get("/mine/").text

        assert booked[0].slot.opening.venue.name in page
        assert "1回目" in page
        assert "2回目" in page
        assert "見本　太郎" not in page
        assert "99番地" not in page
        assert "９９番地" not in page
        assert resident.voucher_number_for_test not in page
        assert "99990001" not in page
        assert "070-9999-0001" not in page
        assert "●●●-●●●●-●●01" in page

    @pytest.mark.parametrize("reservation", ["0101-000000-A", "9999-999999-X", "abc"])
    def test_needs_the_right_reservation_number(self, visitor, resident, booked, reservation):
        answer = visitor.post(
            "/change/", **typed(resident.voucher_number_for_test, reservation=reservation)
        )

        assert answer.status_code == 422
        assert visitor.get("/mine/").headers["Location"] == "/change/"

    def test_takes_a_number_of_somebody_else_for_nobody(self, visitor, resident, booked):
        stranger = cast.resident(born_on=resident.born_on)

        answer = visitor.post(
            "/change/",
            **typed(stranger.voucher_number_for_test, reservation=booked[0].reservation_number),
        )

        assert answer.status_code == 422

    def test_level_a_does_not_open_it(self, visitor, places):
        visitor.sign_in(
            cast.resident(born_on=far(0).replace(year=1950)), born_on=far(0).replace(year=1950)
        )

        assert visitor.get("/mine/").headers["Location"] == "/change/"


class TestMoving:
    def test_moves_one_dose(self, holder, booked, places):
        other = cast.slot(day=far(36), at=time(11, 0), venue_=places[1].slot.opening.venue)[1]

        assert holder.get("/mine/2/move/").status_code == 200
        answer = holder.post("/mine/2/move/take/", place=other.pk)
        assert answer.headers["Location"] == "/mine/2/move/confirm/"
        assert holder.get("/mine/2/move/confirm/").status_code == 200
        answer = holder.confirm_move(2)

        assert answer.headers["Location"] == "/mine/"
        moved = Reservation.objects.get(pk=booked[1].pk)
        assert (moved.bucket_id, moved.version) == (other.pk, 2)
        assert "変更しました" in holder.get("/mine/").text

    def test_offers_no_day_that_breaks_the_interval(self, holder, booked, places):
        too_soon = cast.slot(day=far(30), venue_=places[1].slot.opening.venue)[1]

        answer = holder.post("/mine/2/move/take/", place=too_soon.pk)

        assert answer.headers["Location"] == "/mine/2/move/"

    def test_knows_only_the_doses_of_the_course(self, holder):
        assert holder.get("/mine/3/move/").status_code == 404
        assert holder.get("/mine/0/move/").status_code == 404

    def test_ends_after_so_many_in_a_day(self, holder, booked, places):
        buckets = [
            cast.slot(day=far(36), at=time(hour, 0), venue_=places[1].slot.opening.venue)[1]
            for hour in range(9, 15)
        ]
        for bucket in buckets:
            holder.post("/mine/2/move/take/", place=bucket.pk)
            holder.confirm_move(2)

        assert Reservation.objects.get(pk=booked[1].pk).version == 6

    def test_books_the_dose_that_is_missing(self, holder, booked, places):
        holder.cancel(2, reason="schedule")

        assert "2回目を予約する" in holder.get("/mine/").text
        holder.post("/mine/2/move/take/", place=places[1].pk)
        holder.confirm_move(2)

        live = Reservation.objects.filter(is_live=True).order_by("dose_number")
        assert [one.dose_number for one in live] == [1, 2]

    def test_keeps_the_record_s_contact_when_a_missing_dose_is_booked(self, holder, booked, places, resident):  # fmt: skip
        holder.cancel(2, reason="")
        holder.post("/mine/2/move/take/", place=places[1].pk)
        holder.confirm_move(2)

        assert Resident.objects.get(pk=resident.pk).phone == "+817099990001"


class TestCancelling:
    def test_asks_once_more(self, holder, booked):
        assert holder.get("/mine/1/cancel/").status_code == 200
        assert Reservation.objects.filter(is_live=True).count() == 2

    def test_gives_the_place_back(self, holder, booked, places):
        answer = holder.cancel(1, reason="schedule", later="keep")

        assert answer.headers["Location"] == "/mine/"
        places[0].refresh_from_db()
        assert places[0].taken == 0
        event = booked[0].events.get(what="cancelled")
        assert (event.reason, event.channel, event.done_by) == ("schedule", "web", None)

    def test_refuses_after_the_cut_off_in_words_for_the_telephone(self, holder, booked, places):
        soon = cast.now() + timedelta(hours=1)
        type(places[0].slot).objects.filter(pk=places[0].slot_id).update(
            starts_at=soon, ends_at=soon + timedelta(minutes=15)
        )

        slot_facts.forget_kept()

        page = holder.get("/mine/").text
        holder.cancel(1, reason="", later="keep")

        assert "お電話ください" in page
        assert Reservation.objects.get(pk=booked[0].pk).is_live


class TestTheLaterDose:
    """What becomes of the second when the first is cancelled."""

    def live(self):
        return sorted(one.dose_number for one in Reservation.objects.filter(is_live=True))

    def test_is_asked_about(self, holder, booked):
        page = holder.get("/mine/1/cancel/").text
        assert "2回目の予約をどうしますか" in page

        answer = holder.cancel(1, reason="")

        assert answer.status_code == 422
        assert self.live() == [1, 2]

    def test_is_not_where_there_is_none_after_it(self, holder, booked):
        assert "どうしますか" not in holder.get("/mine/2/cancel/").text
        holder.cancel(2, reason="")

        assert self.live() == [1]

    @pytest.mark.parametrize(("later", "left"), [("keep", [2]), ("cancel", [])])
    def test_stays_or_goes_as_chosen(self, holder, booked, later, left):
        assert holder.cancel(1, reason="", later=later).headers["Location"] == "/mine/"

        assert self.live() == left

    def test_cannot_stay_where_the_interval_forbids_it_and_the_page_says_so(self, holder, booked, places):  # fmt: skip
        type(places[0]).objects.filter(slot=places[0].slot).update(is_open=False)
        cast.slot(day=far(20), venue_=places[0].slot.opening.venue)

        page = holder.get("/mine/1/cancel/").text
        assert "そのまま残すことはできません" in page
        assert 'value="keep"' not in page
        assert holder.cancel(1, reason="", later="keep").status_code == 422
        assert self.live() == [1, 2]

    def test_gets_another_time_in_the_same_press(self, holder, booked, places):
        new = cast.slot(day=far(50), venue_=places[1].slot.opening.venue)[1]

        answer = holder.cancel(1, reason="schedule", later="move")
        assert answer.headers["Location"] == "/mine/2/instead/1/"
        assert self.live() == [1, 2]
        assert "1回目の予約は取り消します" in holder.get("/mine/2/instead/1/").text
        path = "/mine/2/instead/1/confirm/"
        assert holder.post("/mine/2/instead/1/take/", place=new.pk).headers["Location"] == path
        page = holder.get(path).text
        assert "1回目の予約は取り消します" in page
        assert "まで押さえています" in page
        assert holder.post("/mine/2/instead/1/keep/").headers["Location"] == path
        holder.post(path, request_key=holder.key(path))

        assert self.live() == [2]
        assert Reservation.objects.get(is_live=True).bucket_id == new.pk
        assert booked[0].events.get(what="cancelled").reason == "schedule"

    def test_moved_alone_gives_nothing_up(self, holder, booked, places):
        new = cast.slot(day=far(50), venue_=places[1].slot.opening.venue)[1]
        holder.cancel(1, reason="", later="move")

        holder.post("/mine/2/move/take/", place=new.pk)
        holder.confirm_move(2)

        assert self.live() == [1, 2]

    @pytest.mark.parametrize(
        "path", ["1/instead/2/", "2/instead/2/", "2/instead/9/", "3/instead/1/"]
    )
    def test_knows_only_an_earlier_dose_that_is_held(self, holder, path):
        assert holder.get(f"/mine/{path}").status_code == 404
        assert holder.post(f"/mine/{path}take/", place=1).status_code == 404

    @pytest.mark.parametrize("later", ["", "x", "keep\x00", "9" * 40])
    def test_is_decided_by_no_nonsense(self, holder, booked, later):
        holder.cancel(1, reason="", later=later)

        assert self.live() == [1, 2]


class TestLimits:
    def limit(self, **values):
        ChangeRules.objects.create(programme=Programme.objects.get(), **values)
        rulebook.forget_kept()

    def test_in_number_are_shown_and_kept(self, holder, booked, places):
        self.limit(most_moves=1)
        venue = places[1].slot.opening.venue
        buckets = [cast.slot(day=far(36), at=time(hour), venue_=venue)[1] for hour in (9, 11)]
        assert "あと1回変更できます" in holder.get("/mine/").text
        for bucket in buckets:
            holder.post("/mine/2/move/take/", place=bucket.pk)
            holder.confirm_move(2)

        page = holder.get("/mine/").text
        assert "変更できる回数を使い切りました" in page
        assert Reservation.objects.get(pk=booked[1].pk).version == 2

    def test_in_time_are_the_programmes(self, holder, booked):
        self.limit(change_until_hours=24 * 30)

        page = holder.get("/mine/").text

        assert "日時を変更できる期限を過ぎました" in page


class TestTabs:
    """A page left open, a button pressed twice, the back button."""

    @pytest.fixture
    def times(self, places):
        hall = places[1].slot.opening.venue
        return [cast.slot(day=far(36), at=time(hour, 0), venue_=hall)[1] for hour in (9, 11)]

    def test_a_move_is_to_the_time_that_the_page_has_shown(self, holder, booked, times):
        path, (shown, later) = "/mine/2/move/confirm/", times
        holder.post("/mine/2/move/take/", place=shown.pk)
        key = holder.key(path)
        holder.post("/mine/2/move/take/", place=later.pk)  # in another tab

        answer = holder.post(path, request_key=key)

        assert answer.headers["Location"] == path
        assert "ほかの画面で選び直されています" in holder.get(path).text
        assert Reservation.objects.get(pk=booked[1].pk).version == 1
        holder.confirm_move(2)
        assert Reservation.objects.get(pk=booked[1].pk).bucket_id == later.pk

    def test_a_move_pressed_twice_says_that_it_is_done(self, holder, booked, times):
        path = "/mine/2/move/confirm/"
        holder.post("/mine/2/move/take/", place=times[0].pk)
        key = holder.key(path)

        answers = [holder.post(path, request_key=key) for _ in range(2)]

        assert [one.headers["Location"] for one in answers] == ["/mine/", "/mine/"]
        assert Reservation.objects.get(pk=booked[1].pk).version == 2

    def test_a_move_to_the_same_time_changes_nothing_and_says_so(self, holder, booked, places):
        holder.post("/mine/2/move/take/", place=places[1].pk)

        answer = holder.confirm_move(2)

        assert answer.headers["Location"] == "/mine/"
        assert "同じ枠です" in holder.get("/mine/").text
        assert Reservation.objects.get(pk=booked[1].pk).version == 1

    def test_a_cancel_is_of_the_time_that_the_page_has_shown(self, holder, booked, times):
        shown = holder.hidden("shown", "/mine/2/cancel/")
        holder.post("/mine/2/move/take/", place=times[0].pk)
        holder.confirm_move(2)

        for stale in (shown, ""):
            answer = holder.post("/mine/2/cancel/", shown=stale, reason="")

            assert answer.headers["Location"] == "/mine/"
            assert "ほかの画面で変更されました" in holder.get("/mine/").text
        assert Reservation.objects.get(pk=booked[1].pk).is_live

    def test_a_cancel_pressed_twice_is_no_fault(self, holder, booked):
        shown = holder.hidden("shown", "/mine/2/cancel/")

        answers = [holder.post("/mine/2/cancel/", shown=shown, reason="") for _ in range(2)]

        assert [one.headers["Location"] for one in answers] == ["/mine/", "/mine/"]
        assert "すでに取り消されています" in holder.get("/mine/").text

    def test_a_move_after_the_last_cancel_is_no_fault(self, holder, booked, times):
        holder.post("/mine/2/move/take/", place=times[0].pk)
        key = holder.key("/mine/2/move/confirm/")
        for one in booked:
            reservations.cancel(reservation=one, channel="web", by=None, at=cast.now())

        answer = holder.post("/mine/2/move/confirm/", request_key=key)

        assert answer.headers["Location"] == "/mine/"
        assert not Reservation.objects.filter(is_live=True).exists()

    def test_a_stop_leaves_the_booking_and_the_choice(self, holder, booked, times):
        holder.post("/mine/2/move/take/", place=times[0].pk)
        stop("大雪のため止めています。")

        answer = holder.confirm_move(2)

        assert answer.status_code == 409
        assert "大雪のため止めています。" in answer.text
        assert "そのまま有効です" in answer.text
        assert 'href="/mine/2/move/confirm/"' in answer.text
        stop(None)
        assert holder.confirm_move(2).headers["Location"] == "/mine/"
        assert Reservation.objects.get(pk=booked[1].pk).bucket_id == times[0].pk

    def test_who_is_flagged_moves_nothing_and_learns_no_reason(self, holder, booked, times, resident):  # fmt: skip
        holder.post("/mine/2/move/take/", place=times[0].pk)
        Resident.objects.filter(pk=resident.pk).update(status_flag="1")

        holder.confirm_move(2)

        page = holder.get("/mine/").text
        assert "入力された内容では手続きに進めません" in page
        assert "転出" not in page
        assert Reservation.objects.get(pk=booked[1].pk).version == 1


def stop(words):
    """The ward stops the web with these words, or takes bookings again."""
    rules = rulebook.booking_rules()
    rules.web_stopped, rules.stop_words = words is not None, words or ""
    rules.save()
    rulebook.forget_kept()


class TestTheContactOfAThief:
    """Who holds a lost telephone, after its owner has told the call centre."""

    def changed_by_telephone(self, resident):
        row = Resident.objects.get(pk=resident.pk)
        contact_changes.change(
            resident=row, contact=Contact(phone="+817099990055"), by=cast.staff(), at=cast.now()
        )

    def test_a_code_sent_before_opens_nothing_after(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        code, _message = code_sent()
        self.changed_by_telephone(resident)

        answer = visitor.post("/change/code/enter/", code=code)

        assert answer.status_code == 422

    def test_a_proof_from_before_is_none_after(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        visitor.post("/change/code/enter/", code=code_sent()[0])
        self.changed_by_telephone(resident)

        answer = visitor.post("/mine/contact/", phone="070-9999-0066", email="")

        assert answer.headers["Location"] == "/mine/contact/code/"
        assert Resident.objects.get(pk=resident.pk).phone == "+817099990055"


class TestChangingTheContact:
    def test_needs_the_code_that_went_to_the_old_contact(self, holder, resident, booked):
        answer = holder.post("/mine/contact/", phone="070-9999-0077", email="")
        assert answer.headers["Location"] == "/mine/contact/code/"
        assert Resident.objects.get(pk=resident.pk).phone == "+817099990001"
        code, message = code_sent()
        assert message.recipient == "+817099990001"

        answer = holder.post("/mine/contact/code/", code=code)

        assert answer.headers["Location"] == "/mine/"
        kept = Resident.objects.get(pk=resident.pk)
        assert kept.phone == "+817099990077"
        told = Message.objects.get(kind="contact")
        assert told.recipient == "+817099990001"
        assert AccessEntry.objects.filter(what="change_contact", resident_id=resident.pk).exists()

    def test_is_refused_with_a_wrong_code(self, holder, resident, booked):
        holder.post("/mine/contact/", phone="070-9999-0077", email="")
        code, _ = code_sent()
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"

        answer = holder.post("/mine/contact/code/", code=wrong)

        assert answer.status_code == 422
        assert Resident.objects.get(pk=resident.pk).phone == "+817099990001"

    def test_is_done_by_telephone_where_no_code_can_be_written(self, visitor, places):
        person = cast.resident(phone="+81399990001")
        number = reservations.claim(
            resident=person, wishes=[Wish(1, places[0].pk)],
            asking=Asking(channel="phone", request_key=uuid.uuid4()), by=None, at=cast.now(),
        )[0].reservation_number  # fmt: skip
        visitor.post("/change/", **typed(person.voucher_number_for_test, reservation=number))

        page = visitor.get("/mine/contact/").text

        assert "お電話で承ります" in page

    def test_needs_no_second_code_from_whoever_came_in_by_one(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        visitor.post("/change/code/enter/", code=code_sent()[0])

        answer = visitor.post("/mine/contact/", phone="070-9999-0077", email="")

        assert answer.headers["Location"] == "/mine/"
        assert Resident.objects.get(pk=resident.pk).phone == "+817099990077"


class TestLostNumber:
    def test_lets_in_who_holds_the_contact_on_record(self, visitor, resident, booked):
        answer = visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        assert answer.headers["Location"] == "/change/code/enter/"

        answer = visitor.post("/change/code/enter/", code=code_sent()[0])

        assert answer.headers["Location"] == "/mine/"
        assert visitor.get("/mine/").status_code == 200

    def test_opens_once(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        code = code_sent()[0]
        other = Visitor()
        other.client.cookies = visitor.client.cookies.copy()
        visitor.post("/change/code/enter/", code=code)

        assert other.post("/change/code/enter/", code=code).status_code in {302, 422}
        assert other.get("/mine/").status_code == 302

    def test_stores_no_readable_code(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))

        row = OneTimeCode.objects.get()
        assert len(bytes(row.code_index)) == 16
        assert code_sent()[0].encode() not in bytes(row.code_index)

    def test_ends_after_five_tries(self, visitor, resident, booked):
        visitor.post("/change/code/", **typed(resident.voucher_number_for_test))
        code = code_sent()[0]
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(5):
            visitor.post("/change/code/enter/", code=wrong)

        assert visitor.post("/change/code/enter/", code=code).status_code == 422

    @pytest.mark.parametrize("state", ["unknown", "wrong date", "nothing booked"])
    def test_answers_the_same_where_nothing_is_sent(self, visitor, resident, places, state):
        number = "9990009999" if state == "unknown" else resident.voucher_number_for_test
        born_on = far(0).replace(year=1951) if state == "wrong date" else resident.born_on

        answer = visitor.post("/change/code/", **typed(number, born_on))

        assert answer.headers["Location"] == "/change/code/enter/"
        assert not Message.objects.filter(kind="code").exists()
        assert visitor.post("/change/code/enter/", code="000000").status_code == 422
