"""A lottery from the draft to the result: promised, drawn, booked, told; resumed where it stopped."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from booking import invariants, lottery, reservations, rule_changes, rulebook, waiting_list
from booking.contacts import Contact
from booking.lottery import _refusals as no
from booking.lottery import _running
from booking.lottery.drawing import Wish, hash_of
from booking.models import (
    LotteryApplication,
    PriorityGroup,
    Reservation,
    WaitingListEntry,
    WaitingListOffer,
)
from notifications.models import Message
from tests import cast
from tests.cast import NOW
from tests.unit.booking.lottery.conftest import (
    AFTER,
    CLOSES,
    DAY,
    announced,
    applied,
    drafted,
    drawn,
    reserved,
    settled,
)
from tests.unit.booking.waiting_list.conftest import joined
from venues import ledger
from venues.models import Bucket

pytestmark = pytest.mark.usefixtures("served")


class TestAnnouncing:
    def test_takes_two_people_and_promises_a_seed(self, bucket, officers):
        row = drafted(officers[0])
        with pytest.raises(no.SamePerson):
            lottery.announce(lottery=row, shown=row.version, by=officers[0], at=NOW)

        row = lottery.announce(lottery=row, shown=row.version, by=officers[1], at=NOW)

        assert row.seed_hash == hash_of(row.seed)
        assert row.shown_seed == ""

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"closes_at": NOW - timedelta(minutes=1)}, "締切が過ぎています"),
            ({"day_from": DAY + timedelta(days=1), "day_until": DAY + timedelta(days=2)}, "枠（予備の枠）がありません"),
            ({"closes_at": NOW + timedelta(days=13, hours=20)}, "12時間以内"),
            ({"with_pairs": True}, "接種間隔より短い"),
        ],
    )  # fmt: skip
    def test_is_refused_where_it_would_go_wrong(self, bucket, officers, changes, words):
        row = drafted(officers[0], **changes)

        assert any(words in str(one) for one in lottery.findings(row, at=NOW))
        with pytest.raises(no.HasErrors):
            lottery.announce(lottery=row, shown=row.version, by=officers[1], at=NOW)

    def test_what_changed_meanwhile_is_not_announced(self, bucket, officers):
        row = drafted(officers[0])
        lottery.change(lottery=row, shown=1, by=officers[0], at=NOW)

        with pytest.raises(no.ChangedMeanwhile):
            lottery.announce(lottery=row, shown=1, by=officers[1], at=NOW)


class TestApplying:
    def test_changes_keep_number_and_lot(self, running):
        person = cast.resident()
        first = applied(running, person)
        lottery.withdraw(lottery=running, resident_id=person.pk, at=NOW)

        again = applied(running, person, wishes=[Wish(None, DAY, "am")])

        assert (again.pk, again.number) == (first.pk, first.number)
        assert LotteryApplication.objects.get().state == "applied"

    @pytest.mark.parametrize("at", [NOW - timedelta(hours=2), CLOSES, AFTER])
    def test_only_within_the_window(self, running, at):
        with pytest.raises(no.WindowClosed):
            applied(running, at=at)

    @pytest.mark.parametrize(
        "wishes",
        [[], [Wish(), Wish()], [Wish(987654)], [Wish(None, DAY + timedelta(days=1))], [Wish(None, None, "night")]],
    )  # fmt: skip
    def test_wishes_that_nothing_could_meet_are_refused(self, running, wishes):
        with pytest.raises(no.WishesUnclear):
            applied(running, wishes=wishes)

    def test_of_another_group_not(self, running, officers):
        elders = PriorityGroup.objects.create(
            name="高齢の方", position=1, born_until=NOW.date().replace(year=1950),
            bookable_from=NOW - timedelta(days=9),
        )  # fmt: skip
        rulebook.forget_kept()
        row = announced(*officers, group=elders)

        with pytest.raises(no.NotForThisBirth):
            applied(row, cast.resident(born_on=NOW.date().replace(year=1990)))


class TestTheResult:
    def test_winners_hold_a_place_and_losers_are_told_once(self, running, bucket, officers):
        everybody = [applied(running) for _ in range(5)]

        row = settled(drawn(running, officers[0]))

        assert row.state == "done"
        assert Reservation.objects.filter(bucket=bucket, is_live=True).count() == 2
        assert Bucket.objects.get(pk=bucket.pk).taken == 2
        told = Message.objects.filter(reference__in=[one.pk for one in everybody])
        assert [one.kind for one in told] == ["not_drawn"] * 3
        assert Message.objects.filter(kind="confirmed").count() == 2
        assert invariants.broken() == []
        assert ledger.differences() == []

    def test_can_be_worked_out_again_by_page_and_command(self, running, officers, capsys):
        for _ in range(4):
            applied(running)
        row = drawn(running, officers[0])

        assert lottery.verify(row).is_right
        call_command("verify_lottery", municipality="999997", lottery=row.pk)
        assert "すべて合いました" in capsys.readouterr().out

    def test_a_pushed_result_or_seed_is_found(self, running, officers):
        for _ in range(4):
            applied(running)
        row = drawn(running, officers[0])
        loser = LotteryApplication.objects.filter(state="lost").first()
        winner = LotteryApplication.objects.filter(state="won").first()
        LotteryApplication.objects.filter(pk=loser.pk).update(
            state="won", bucket_ids=winner.bucket_ids, wish_met=1
        )

        assert lottery.verify(row).wrong == (loser.number,)
        row.seed = "0" * 64
        row.save()
        assert not lottery.verify(row).seed_fits
        with pytest.raises(CommandError):
            call_command("verify_lottery", municipality="999997", lottery=row.pk)

    def test_not_before_the_window_has_closed_and_not_twice(self, running, officers):
        applied(running)
        with pytest.raises(no.NotYetClosed):
            drawn(running, officers[0], at=CLOSES - timedelta(seconds=1))
        drawn(running, officers[0])
        with pytest.raises(no.ChangedMeanwhile):
            drawn(running, officers[0])

    def test_pairs_come_together_by_the_claim(self, bucket, officers):
        second = reserved(1, DAY + timedelta(days=21), venue_=bucket.slot.opening.venue)
        row = announced(*officers, with_pairs=True, day_until=DAY + timedelta(days=21))
        for _ in range(3):
            applied(row)

        settled(drawn(row, officers[0]))

        assert Bucket.objects.get(pk=second.pk).taken == 1
        doses = Reservation.objects.order_by("dose_number").values_list("dose_number", flat=True)
        assert list(doses) == [1, 2]
        assert LotteryApplication.objects.filter(state="lost").count() == 2

    def test_who_booked_before_the_draw_takes_part_no_more(self, running, officers):
        person = cast.resident()
        applied(running, person)
        cast.reservation(person)

        row = drawn(running, officers[0])

        assert LotteryApplication.objects.get().state == "not_admitted"
        assert lottery.verify(row).is_right

    def test_who_booked_after_the_draw_is_refused_by_the_claim_and_told(
        self, running, officers, bucket
    ):
        person = cast.resident()
        applied(running, person)
        row = drawn(running, officers[0])
        cast.reservation(person)

        settled(row)

        kept = LotteryApplication.objects.get()
        assert kept.refused_because == "AlreadyReserved"
        assert Message.objects.filter(reference=kept.pk, kind="not_drawn").exists()
        assert Bucket.objects.get(pk=bucket.pk).taken == 0

    def test_who_can_only_be_telephoned_stands_on_the_call_list(self, running, officers, bucket):
        Bucket.objects.filter(pk=bucket.pk).update(capacity=0)
        applied(running, contact=Contact(phone="+81312345678"))

        settled(drawn(running, officers[0]))

        assert Message.objects.get(kind="not_drawn").state == "needs_call"


class TestGoingOn:
    def test_after_a_kill_half_way_everybody_is_settled_once(self, running, officers, monkeypatch):
        for _ in range(5):
            applied(running)
        row = drawn(running, officers[0])
        assert lottery.proceed(lottery=row, at=AFTER, most=2) == 2
        told = _running._tell

        def killed(*args, **kwargs):
            raise SystemExit

        monkeypatch.setattr(_running, "_tell", killed)
        with pytest.raises(SystemExit):
            settled(row)
        monkeypatch.setattr(_running, "_tell", told)

        row = settled(row)

        assert row.state == "done"
        assert Reservation.objects.count() == 2
        assert Message.objects.filter(kind="not_drawn").count() == 3
        assert settled(row).state == "done"
        assert Reservation.objects.count() == 2

    def test_waits_while_the_ward_has_stopped_bookings(self, running, officers):
        applied(running)
        row = drawn(running, officers[0])
        rule_changes.stop(channel="web", words="", reason="試験", by=officers[0], at=AFTER)
        rulebook.forget_kept()

        assert lottery.proceed(lottery=row, at=AFTER) == 0
        assert lottery.find(row.pk).state == "drawing"
        rule_changes.resume(channel="web", reason="試験", by=officers[0], at=AFTER)
        rulebook.forget_kept()

        assert settled(row).state == "done"
        assert Reservation.objects.count() == 1

    def test_declining_gives_the_place_back(self, running, officers, bucket):
        applied(running)
        settled(drawn(running, officers[0]))
        (made,) = lottery.reservations_of(LotteryApplication.objects.get())

        reservations.cancel(reservation=made, channel="web", by=None, at=AFTER)

        assert Bucket.objects.get(pk=bucket.pk).taken == 0
        assert lottery.reservations_of(LotteryApplication.objects.get()) == []

    def test_losers_may_wait(self, running, officers, bucket):
        Bucket.objects.filter(pk=bucket.pk).update(capacity=0)
        person = cast.resident()
        applied(running, person)
        settled(drawn(running, officers[0]))

        joined(person, at=AFTER)

        assert WaitingListEntry.objects.get().state == "waiting"
        assert not WaitingListOffer.objects.exists()


def test_more_than_there_is_is_not_written(running, officers, monkeypatch):
    """The guard of the draw: an overdraw undoes everything."""
    applied(running)
    monkeypatch.setattr(_running, "oversold", lambda *_: {1: 2})

    with pytest.raises(_running.Overdrawn):
        drawn(running, officers[0])

    assert LotteryApplication.objects.get().state == "applied"
    assert lottery.find(running.pk).state == "announced"


def test_calling_off_wants_a_reason_and_makes_nothing(running):
    with pytest.raises(no.NoReason):
        lottery.call_off(lottery=running, shown=running.version, reason=" ", at=NOW)
    row = lottery.call_off(lottery=running, shown=running.version, reason="会場の都合", at=NOW)

    with pytest.raises(no.WindowClosed):
        applied(row)
    assert waiting_list.sweep(at=NOW) == 0
