"""Moved and told, each once; who acted alone is left alone; and undone until it is sent."""

from datetime import datetime, timedelta

import pytest

from booking import invariants, reservations, transfers
from booking.models import Reservation, ReservationEvent, Transfer, TransferEvent, TransferLine
from booking.transfers import _sending
from notifications.models import Message
from tests import cast
from tests.cast import JST, NOW
from tests.unit.booking.transfers.conftest import begin, line_of, lines
from venues import ledger, openings, slots
from venues.models import Bucket, Opening, Slot

pytestmark = pytest.mark.usefixtures("served")


def send(transfer, officer, at=NOW):
    transfers.send(transfer=transfer, shown=transfer.version, by=officer, at=at)
    return transfers.work(transfer_id=transfer.pk, at=at)


def everything_adds_up():
    assert ledger.differences() == []
    assert invariants.broken() == []


class TestSend:
    def test_moves_everybody_and_tells_each_by_their_way(self, town, proposed, officer):
        wanted = {one.reservation_id: one.bucket_id for one in lines()}

        assert send(proposed, officer) == 4

        assert {one.pk: one.bucket_id for one in Reservation.objects.all()} == wanted
        told = Message.objects.filter(kind="transferred")
        assert sorted((one.carrier, one.state, one.recipient) for one in told) == [
            ("call", "needs_call", ""),
            ("call", "needs_call", "+81399990001"),
            ("mail", "pending", "dummy@example.jp"),
            ("sms", "pending", "+819099990001"),
        ]
        assert Transfer.objects.get().state == "sent"
        assert set(Message.objects.exclude(kind="transferred").values_list("state", flat=True)) == {
            "superseded"
        }
        everything_adds_up()

    def test_says_the_new_place_to_those_who_are_telephoned(self, town, proposed, officer):
        send(proposed, officer)

        line = line_of(town.booked[2])
        told = Message.objects.get(reference=town.booked[2].pk, kind="transferred")
        place = line.bucket.slot
        assert place.opening.venue.name in told.body
        assert f"{place.starts_at.astimezone(JST):%H:%M}" in told.body

    def test_leaves_no_place_held_and_the_closed_day_empty(self, town, proposed, officer):
        send(proposed, officer)

        assert not Bucket.objects.filter(held__gt=0).exists()
        assert Bucket.objects.get(pk=town.web.pk).taken == 0

    def test_is_entered_with_each_reservation(self, town, proposed, officer):
        send(proposed, officer)

        events = ReservationEvent.objects.filter(what="moved")
        assert {(one.reason, one.done_by) for one in events} == {("venue_closed", officer)}
        assert TransferEvent.objects.filter(what="moved").count() == 4
        assert list(
            TransferEvent.objects.filter(line=None).order_by("happened_at", "pk").values_list("what")
        ).count(("finished",)) == 1  # fmt: skip

    def test_who_has_no_place_becomes_a_call_task(self, town, officer):
        made = begin(town, officer, prefer="only_venue")
        transfers.work(transfer_id=made.pk, at=NOW)
        made.refresh_from_db()
        (left,) = lines(state="no_place")

        send(made, officer)

        told = Message.objects.get(reference=left.reservation_id, kind="day_closed")
        has_mail_only = left.reservation_id == town.booked[1].pk
        assert told.carrier == ("mail" if has_mail_only else "call")
        assert Reservation.objects.get(pk=left.reservation_id).bucket_id == town.web.pk
        assert TransferLine.objects.get(pk=left.pk).state == "to_call"

    def test_who_was_left_out_becomes_a_call_task(self, town, proposed, officer):
        transfers.leave_out(line_id=line_of(town.booked[0]).pk, by=officer, at=NOW)

        send(proposed, officer)

        told = Message.objects.get(reference=town.booked[0].pk, kind="day_closed")
        assert (told.carrier, told.state, told.recipient) == ("call", "needs_call", "+819099990001")

    def test_what_the_page_did_not_show_is_refused(self, town, proposed, officer):
        with pytest.raises(transfers.WrongState):
            transfers.send(transfer=proposed, shown=proposed.version - 1, by=officer, at=NOW)

    def test_while_places_are_looked_for_is_refused(self, town, begun, officer):
        with pytest.raises(transfers.WrongState):
            transfers.send(transfer=begun, shown=begun.version, by=officer, at=NOW)

    def test_of_a_day_that_was_opened_again_is_refused(self, town, proposed, officer):
        openings.reopen_day(opening=town.opening, reason="復旧した", by=officer, at=NOW)

        with pytest.raises(transfers.NotClosed):
            transfers.send(transfer=proposed, shown=proposed.version, by=officer, at=NOW)

    def test_after_the_booking_window_the_held_place_is_still_theirs(self, town, proposed, officer):
        Bucket.objects.exclude(pk=town.web.pk).update(bookable_until=NOW + timedelta(minutes=1))

        send(proposed, officer, at=NOW + timedelta(hours=1))

        assert {one.state for one in lines()} == {"moved"}
        everything_adds_up()

    def test_a_target_that_was_closed_meanwhile_becomes_a_call(self, town, proposed, officer):
        slots.close(slot=town.next_door[0], reason="停電のため", by=officer, at=NOW)

        send(proposed, officer)

        assert sorted(one.state for one in lines()) == ["moved", "moved", "moved", "to_call"]
        everything_adds_up()

    def test_a_hold_that_ran_out_is_replaced_by_a_free_place_or_a_call(
        self, town, proposed, officer
    ):
        from booking import holds

        later = proposed.kept_until + timedelta(minutes=1)
        holds.sweep(at=later)
        for _ in range(3):  # the public took the three at the same venue
            cast.reservation(cast.resident(), bucket=town.next_day[1], at=later)

        send(proposed, officer, at=later)

        assert sorted(one.state for one in lines()) == ["moved", "to_call", "to_call", "to_call"]
        everything_adds_up()

    @pytest.mark.parametrize(
        ("at", "not_before"),
        [
            (datetime(2026, 6, 1, 22, tzinfo=JST), datetime(2026, 6, 2, 9, tzinfo=JST)),
            (datetime(2026, 6, 15, 6, tzinfo=JST), datetime(2026, 6, 15, 6, tzinfo=JST)),
        ],
    )
    def test_waits_for_the_morning_unless_people_would_leave_home(
        self, town, begun, officer, at, not_before
    ):
        begun.kept_until = at + timedelta(hours=1)
        begun.save()
        transfers.work(transfer_id=begun.pk, at=NOW)
        begun.refresh_from_db()

        send(begun, officer, at=at)

        moved = Message.objects.filter(kind="transferred")
        assert moved.exists()
        assert {one.not_before for one in moved} == {not_before}


class TestWhoActsAlone:
    def test_and_cancels_in_between_is_left_as_they_are(self, town, proposed, officer):
        reservations.cancel(reservation=town.booked[0], channel="web", by=None, at=NOW)

        send(proposed, officer)

        assert line_of(town.booked[0]).state == "changed"
        assert not Message.objects.filter(
            reference=town.booked[0].pk, kind__in=["transferred", "day_closed"]
        ).exists()
        assert not Bucket.objects.filter(held__gt=0).exists()
        everything_adds_up()

    def test_and_moves_in_between_is_left_as_they_are(self, town, proposed, officer):
        own = cast.slot(day=datetime(2026, 6, 20, tzinfo=JST).date(), venue_=town.there)[1]
        reservations.move(
            reservation=town.booked[0], bucket_id=own.pk, channel="web", by=None, at=NOW
        )

        send(proposed, officer)

        assert Reservation.objects.get(pk=town.booked[0].pk).bucket_id == own.pk
        assert line_of(town.booked[0]).state == "changed"
        everything_adds_up()


class Killed(BaseException):
    """The worker dies."""


class TestAWorkerThatDies:
    @pytest.mark.parametrize("step", ["move", "tell", "state"])
    @pytest.mark.parametrize("after", [0, 1, 3])
    def test_is_followed_by_one_that_tells_nobody_twice(
        self, town, proposed, officer, monkeypatch, step, after
    ):
        target, name = {
            "move": (_sending.reservations, "transfer"),
            "tell": (_sending.slots, "release"),
            "state": (_sending._events, "settle"),
        }[step]
        with monkeypatch.context() as patch:
            _die_at(patch, target, name, after)
            with pytest.raises(Killed):
                send(proposed, officer)
        assert Transfer.objects.get().state == "sending"
        assert transfers.left_lying() == [proposed.pk]

        transfers.work(transfer_id=proposed.pk, at=NOW + timedelta(minutes=1))

        assert Transfer.objects.get().state == "sent"
        told = Message.objects.filter(kind="transferred")
        assert sorted(told.values_list("reference", flat=True)) == sorted(
            one.pk for one in town.booked
        )
        assert ReservationEvent.objects.filter(what="moved").count() == 4
        assert transfers.left_lying() == []
        everything_adds_up()

    def test_while_looking_for_places_holds_nothing_twice(self, town, begun, officer, monkeypatch):
        from booking.transfers import _proposing

        with monkeypatch.context() as patch:
            _die_at(patch, _proposing._events, "settle", 2)
            with pytest.raises(Killed):
                transfers.work(transfer_id=begun.pk, at=NOW)

        transfers.work(transfer_id=begun.pk, at=NOW)

        assert sum(one.held for one in Bucket.objects.all()) == 4
        everything_adds_up()


class TestUndo:
    def test_gives_everything_back_and_opens_the_day(self, town, proposed, officer):
        assert transfers.undo(transfer=proposed, reason="復旧した", by=officer, at=NOW)

        assert Opening.objects.get(pk=town.opening.pk).is_open
        assert Bucket.objects.get(pk=town.web.pk).is_open
        assert not Bucket.objects.filter(held__gt=0).exists()
        assert {one.bucket_id for one in Reservation.objects.all()} == {town.web.pk}
        assert not Message.objects.filter(kind="transferred").exists()
        assert Transfer.objects.get().state == "undone"
        everything_adds_up()

    def test_while_places_are_looked_for_leaves_nothing_held(self, town, begun, officer):
        transfers.undo(transfer=begun, reason="復旧した", by=officer, at=NOW)

        assert transfers.work(transfer_id=begun.pk, at=NOW) == 0
        assert not Bucket.objects.filter(held__gt=0).exists()

    def test_leaves_closed_what_was_closed_before(self, town, officer):
        openings.close_day(opening=town.opening, reason="停電のため", by=officer, at=NOW)
        made = begin(town, officer)

        assert not transfers.undo(transfer=made, reason="復旧した", by=officer, at=NOW)

        assert not Opening.objects.get(pk=town.opening.pk).is_open

    def test_of_a_slot_opens_the_slot(self, town, officer):
        made = begin(town, officer, slot=town.slot)

        assert transfers.undo(transfer=made, reason="復旧した", by=officer, at=NOW)

        assert Slot.objects.get(pk=town.slot.pk).is_open

    def test_after_sending_is_refused(self, town, proposed, officer):
        transfers.send(transfer=proposed, shown=proposed.version, by=officer, at=NOW)

        with pytest.raises(transfers.WrongState):
            transfers.undo(transfer=proposed, reason="復旧した", by=officer, at=NOW)

    def test_another_may_be_begun_afterwards(self, town, proposed, officer):
        transfers.undo(transfer=proposed, reason="復旧した", by=officer, at=NOW)

        assert begin(town, officer).closed_here


def _die_at(patch, target, name, after):
    kept, count = getattr(target, name), [0]

    def dying(*args, **kwargs):
        count[0] += 1
        if count[0] > after:
            raise Killed
        return kept(*args, **kwargs)

    patch.setattr(target, name, dying)
