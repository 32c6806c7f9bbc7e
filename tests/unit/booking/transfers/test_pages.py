"""The wizard's pages: close and propose, look through, change, send, undo; nonsense at each door."""

from datetime import time

import pytest
import time_machine

from booking import tasks, transfers
from booking.models import Transfer, TransferLine
from notifications.models import Message
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.transfers.conftest import line_of, lines
from venues.models import Opening, Slot

pytestmark = pytest.mark.usefixtures("served")
BEGIN = {"scope": "day", "prefer": "venue", "days_around": "14", "notice_hours": "24",
         "reason": "停電のため"}  # fmt: skip


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def ward(officer):
    return desk(officer)


def begin_page(town):
    return f"/closures/{town.opening.pk}/transfer/"


def url(transfer, tail=""):
    return f"/transfers/{transfer.pk}/{tail}"


class TestBegin:
    def test_says_how_many_and_closes_at_once(self, ward, town):
        assert "4件の予約" in ward.get(begin_page(town)).content.decode()

        answer = ward.post(begin_page(town), BEGIN)

        (made,) = Transfer.objects.all()
        assert answer["Location"] == url(made)
        assert not Opening.objects.get(pk=town.opening.pk).is_open
        assert "振替先を探しています" in ward.get(url(made)).content.decode()

    def test_of_one_slot(self, ward, town):
        ward.post(begin_page(town), {**BEGIN, "scope": str(town.slot.pk)})

        assert Transfer.objects.get().slot == town.slot
        assert not Slot.objects.get(pk=town.slot.pk).is_open

    @pytest.mark.parametrize(
        "change",
        [
            {"scope": "987654321"}, {"scope": "-1"}, {"prefer": "x"}, {"days_around": "-1"},
            {"days_around": "9" * 30}, {"notice_hours": "0"}, {"notice_hours": "NaN"},
            {"reason": ""}, {"reason": "x" * 3000}, {"scope": ""},
        ],
    )  # fmt: skip
    def test_nonsense_closes_nothing(self, ward, town, change):
        answer = ward.post(begin_page(town), {**BEGIN, **change})

        assert answer.status_code == 422
        assert Opening.objects.get(pk=town.opening.pk).is_open

    def test_twice_is_said(self, ward, town):
        ward.post(begin_page(town), BEGIN)

        answer = ward.post(begin_page(town), BEGIN)

        assert answer.status_code == 422
        assert "まだ終わっていない振替" in answer.content.decode()

    def test_is_offered_on_the_day_s_page_and_led_to_while_it_goes_on(self, ward, town):
        page = f"/venues/openings/{town.opening.pk}/"
        assert begin_page(town) in ward.get(page).content.decode()

        ward.post(begin_page(town), BEGIN)

        assert url(Transfer.objects.get()) in ward.get(page).content.decode()

    @pytest.mark.parametrize("role", ["operator", "supervisor", "venue_staff", "auditor"])
    def test_is_for_who_edits_venues(self, town, role):
        assert desk(cast.staff(role)).get(begin_page(town)).status_code == 403


class TestLookThrough:
    def test_counts_lists_and_filters(self, ward, proposed, town):
        page = ward.get(url(proposed)).content.decode()
        assert all(one.reservation_number in page for one in town.booked)
        assert "押さえている期限" in page

        by_call = ward.get(url(proposed), {"showing": "telephone"}).content.decode()
        assert town.booked[2].reservation_number in by_call
        assert town.booked[0].reservation_number not in by_call
        number = town.booked[1].reservation_number
        assert (
            town.booked[0].reservation_number
            not in ward.get(url(proposed), {"number": number}).content.decode()
        )

    def test_shows_no_name_and_no_telephone(self, ward, proposed):
        for page in ("", "print/"):
            words = ward.get(url(proposed, page)).content.decode()
            assert "見本　太郎" not in words
            assert "09099990001" not in words

    @pytest.mark.parametrize("query", ["?page=9999", "?page=x", "?slot=x", "?slot=" + "9" * 40,
                                       "?showing=x", "?number=" + "%00", "?slot=-1"])  # fmt: skip
    def test_nonsense_in_the_query_is_calm(self, ward, proposed, query):
        assert ward.get(url(proposed) + query).status_code == 200

    def test_the_printed_list_has_everybody(self, ward, proposed, town):
        words = ward.get(url(proposed, "print/")).content.decode()

        assert all(one.reservation_number in words for one in town.booked)

    def test_progress_reads_the_page_anew_when_the_work_is_done(self, ward, begun):
        assert "HX-Refresh" not in ward.get(url(begun, "now/")).headers
        transfers.work(transfer_id=begun.pk, at=NOW)

        assert ward.get(url(begun, "now/"))["HX-Refresh"] == "true"

    def test_is_on_the_list_of_transfers(self, ward, proposed):
        assert url(proposed) in ward.get("/transfers/").content.decode()

    def test_in_english(self, ward, proposed):
        ward.cookies["django_language"] = "en"
        words = ward.get(url(proposed), headers={"accept-language": "en"}).content.decode()

        assert "Move and tell everybody" in words


class TestOnePerson:
    def test_gets_another_place(self, ward, proposed, town):
        other = cast.slot(day=town.next_day[0].starts_at.date(), venue_=town.there, web=2)[1]
        page = url(proposed, f"people/{lines()[0].pk}/")
        assert f'value="{other.pk}"' in ward.get(page).content.decode()

        ward.post(page, {"place": str(other.pk)})

        assert lines()[0].bucket_id == other.pk

    @pytest.mark.parametrize("place", ["", "-1", "987654321", "x", "9" * 30])
    def test_nonsense_leaves_the_proposal(self, ward, proposed, place):
        before = lines()[0].bucket_id

        answer = ward.post(url(proposed, f"people/{lines()[0].pk}/"), {"place": place})

        assert answer.status_code == 422
        assert lines()[0].bucket_id == before

    def test_is_left_out(self, ward, proposed):
        ward.post(url(proposed, f"people/{lines()[0].pk}/leave-out/"))

        assert lines()[0].state == "left_out"

    def test_of_another_transfer_is_nobody(self, ward, proposed, begun):
        import uuid

        assert ward.get(url(proposed, f"people/{uuid.uuid4()}/")).status_code == 404


class TestSend:
    def test_needs_the_tick_and_the_page_as_it_was(self, ward, proposed):
        shown = str(proposed.version)
        assert ward.post(url(proposed, "send/"), {"shown": shown}).status_code == 422

        ward.post(url(proposed, "send/"), {"shown": "1", "looked": "on"})
        assert Transfer.objects.get().state == "proposed"

        ward.post(url(proposed, "send/"), {"shown": shown, "looked": "on"})
        assert Transfer.objects.get().state == "sending"

    def test_afterwards_says_what_became_of_each(self, ward, proposed, town):
        ward.post(url(proposed, "send/"), {"shown": str(proposed.version), "looked": "on"})
        transfers.work(transfer_id=proposed.pk, at=NOW)

        words = ward.get(url(proposed)).content.decode()

        assert words.count("振替えた") >= 4
        assert "要架電" in words
        assert "送信待ち" in words
        assert url(proposed, "undo/") not in words

    def test_the_sweep_works_on_what_lies(self, ward, proposed, officer):
        transfers.send(transfer=proposed, shown=proposed.version, by=officer, at=NOW)

        assert tasks.sweep_transfers(municipality_code="999997") == 4
        assert Message.objects.filter(kind="transferred").count() == 4


class TestUndo:
    def test_gives_the_day_back(self, ward, proposed, town):
        answer = ward.post(url(proposed, "undo/"), {"reason": "復旧した"})

        assert answer["Location"] == f"/venues/openings/{town.opening.pk}/"
        assert Opening.objects.get(pk=town.opening.pk).is_open
        assert Transfer.objects.get().state == "undone"

    def test_after_sending_is_refused_in_words(self, ward, proposed):
        ward.post(url(proposed, "send/"), {"shown": str(proposed.version), "looked": "on"})

        answer = ward.post(url(proposed, "undo/"), {"reason": "復旧した"})

        assert answer.status_code == 422
        assert Transfer.objects.get().state == "sending"

    def test_looking_again_through_the_page(self, ward, proposed):
        TransferLine.objects.filter(pk=lines()[0].pk).update(state="no_place")

        ward.post(url(proposed, "again/"), {"shown": str(proposed.version)})

        assert Transfer.objects.get().state == "planning"


def test_of_five_hundred_people_a_page_asks_little(ward, town, officer, django_assert_max_num_queries):  # fmt: skip
    """The list is paged: what a page costs does not grow with the people."""
    web = cast.slot(day=town.opening.day, venue_=town.here, web=60, at=time(15))[1]  # fmt: skip
    for _ in range(56):
        cast.reservation(cast.resident(), bucket=web)
    made = transfers.begin(opening=town.opening, wish=transfers.TransferWish(), reason="停電のため",
                           by=officer, at=NOW)  # fmt: skip
    transfers.work(transfer_id=made.pk, at=NOW)

    with django_assert_max_num_queries(40):
        words = ward.get(url(made)).content.decode()

    assert 'href="?page=2"' in words
    assert line_of(town.booked[0]).state == "proposed"
