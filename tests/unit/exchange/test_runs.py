"""The daily roster is made once whoever runs; one that was missed is told and made by hand."""

import html
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from booking import reservations
from booking.models import Resident
from booking.reservations import Asking, Wish
from exchange import late_changes, rosters, runs, sweeping, tasks
from exchange.models import Parcel
from exchange.roster_refusals import NotMissed, NotPermitted
from exchange.runs import How
from privacy.models import Alert
from tenancy.current import serving
from tenancy.models import Standing
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")

EVENING = cast.NOW.replace(hour=18)
NEXT_EVENING = EVENING + timedelta(days=1)
TOMORROW = date(2026, 6, 2)


def made(at=EVENING):
    parcel = rosters.make_due(at=at)
    rosters.build(parcel_id=parcel.pk, at=at)
    parcel.refresh_from_db()
    return parcel


def url(name, *args):
    return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)


def words(answer):
    return html.unescape(answer.content.decode())


def side_by_side(here, count=2):
    """make_due() by several beats or workers at once."""

    def one(_):
        try:
            with serving(here):
                return rosters.make_due(at=EVENING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [found for found in pool.map(one, range(count)) if found is not None]


@pytest.fixture
def meeting(monkeypatch):
    """All have looked and found nothing before the first begins."""
    barrier = threading.Barrier(2)
    begin = rosters.begin

    def wait_and_begin(**asked):
        barrier.wait(60)
        return begin(**(asked | meeting_changes))

    meeting_changes = {}
    monkeypatch.setattr(rosters, "begin", wait_and_begin)
    return meeting_changes


class TestTwoBeats:
    def test_make_one_roster(self, here, meeting):
        assert len(side_by_side(here)) == 1
        assert Parcel.objects.count() == 1

    def test_would_make_two_without_the_guard(self, here, meeting):
        meeting["is_scheduled"] = False  # what the constraint does not hold
        assert len(side_by_side(here)) == 2
        assert Parcel.objects.count() == 2

    def test_a_worker_that_died_is_taken_over_and_the_first_file_stays(self, here):
        parcel = rosters.make_due(at=EVENING)
        later = EVENING + timedelta(minutes=5)
        assert sweeping.left_lying(at=later) == [("building", parcel.pk)]
        for _ in range(2):
            rosters.build(parcel_id=parcel.pk, at=later)
        assert parcel.events.filter(what="built").count() == 1


class TestCalendar:
    def test_shows_what_is_awaited_made_and_missed(self, here):
        parcel = made()

        (run,) = runs.calendar(at=EVENING + timedelta(hours=1))
        assert (run.day, run.parcel, run.how) == (TOMORROW, parcel, How.MADE)
        awaited = runs.calendar(at=NEXT_EVENING)
        assert [run.how for run in awaited] == [How.AWAITED, How.MADE]
        missed = runs.calendar(at=NEXT_EVENING + timedelta(minutes=31))
        assert [run.how for run in missed] == [How.MISSED, How.MADE]

    def test_a_file_that_is_never_finished_is_stuck(self, here):
        rosters.make_due(at=EVENING)

        assert runs.calendar(at=EVENING + timedelta(minutes=29))[0].how == How.AWAITED
        assert runs.calendar(at=EVENING + timedelta(minutes=31))[0].how == How.STUCK


class TestAlert:
    def test_tells_of_each_missed_roster_once(self, here):
        made()
        assert runs.look(at=NEXT_EVENING + timedelta(minutes=29)) == []
        for minutes in (31, 32, 60 * 20):
            runs.look(at=NEXT_EVENING + timedelta(minutes=minutes))

        alert = Alert.objects.get()
        assert (alert.kind, alert.subject, alert.note) == ("roster", "roster 2026-06-03", "missed")

    def test_is_raised_by_the_beat_that_comes_back(self, here, monkeypatch):
        made()
        monkeypatch.setattr(tasks, "hand_on", lambda *_: None)
        monkeypatch.setattr(tasks.timezone, "now", lambda: NEXT_EVENING + timedelta(hours=3))
        tasks.look_after(municipality_code="999997")

        assert Alert.objects.filter(kind="roster").count() == 1
        assert Parcel.objects.filter(base_date=TOMORROW + timedelta(days=1)).count() == 1

    def test_says_nothing_before_the_first_and_after_the_end(self, here):
        late = NEXT_EVENING + timedelta(hours=3)
        assert runs.look(at=late) == []
        made()
        Standing.objects.update_or_create(pk=1, defaults={"stage": "ended"})
        assert runs.look(at=late) == []


class TestRetry:
    LATE = NEXT_EVENING + timedelta(hours=1)
    DAY = TOMORROW + timedelta(days=1)

    def test_makes_what_was_missed_for_two_people(self, officers):
        made()
        parcel = runs.retry(day=self.DAY, by=officers[0], at=self.LATE)
        rosters.build(parcel_id=parcel.pk, at=self.LATE)

        with pytest.raises(rosters.WrongState):
            rosters.fetch(parcel=parcel, by=officers[0], at=self.LATE)
        assert parcel.events.get(what="asked").done_by == officers[0]
        with pytest.raises(NotMissed):
            runs.retry(day=self.DAY, by=officers[1], at=self.LATE)

    def test_takes_up_what_lies_unfinished(self, officers):
        parcel = rosters.make_due(at=EVENING)
        again = runs.retry(day=TOMORROW, by=officers[0], at=EVENING + timedelta(hours=1))
        assert again.pk == parcel.pk

    def test_is_for_the_ward_and_for_missed_days_only(self, officers):
        made()
        with pytest.raises(NotPermitted):
            runs.retry(day=self.DAY, by=cast.staff("operator"), at=self.LATE)
        for day in (TOMORROW, self.DAY + timedelta(days=9)):
            with pytest.raises(NotMissed):
                runs.retry(day=day, by=officers[0], at=self.LATE)


def reserved(day, at=time(10)):
    resident = cast.resident(name="見本　花子")
    _, web, _ = cast.slot(day=day, at=at)
    cast.everybody_may_book()
    from booking.rulebook import forget_kept

    forget_kept()
    asking = Asking(channel="web", request_key=uuid.uuid4())
    claimed = reservations.claim(
        resident=Resident.objects.get(pk=resident.pk),
        wishes=[Wish(1, web.pk)], asking=asking, by=None, at=cast.NOW,
    )  # fmt: skip
    return claimed[0]


class TestLateChanges:
    DAY = date(2026, 6, 15)

    def test_tell_what_came_and_went_without_a_name(self, officers):
        before = cast.NOW - timedelta(hours=1)
        parcel = rosters.ask(day=self.DAY, purpose="visit_day", by=officers[0], at=before)
        made = reserved(self.DAY)
        reservations.cancel(reservation=made, channel="web", by=None, at=cast.NOW)

        lines = [late_changes.line(one, parcel) for one in late_changes.of(parcel)]
        assert [(one.number, one.words) for one in lines] == [
            (made.reservation_number, "追加"), (made.reservation_number, "取消・他の日へ"),
        ]  # fmt: skip
        page = words(desk(officers[0]).get(url("late_changes", parcel.pk)))
        assert made.reservation_number in page
        assert "見本　花子" not in page

    def test_of_before_the_roster_and_of_other_days_are_not_told(self, officers):
        reserved(self.DAY)
        later = cast.NOW + timedelta(hours=1)
        assert not late_changes.of(
            rosters.ask(day=self.DAY, purpose="visit_day", by=officers[0], at=later)
        ).exists()
        other = rosters.ask(
            day=date(2026, 6, 16),
            purpose="visit_day",
            by=officers[0],
            at=cast.NOW - timedelta(hours=1),
        )
        assert not late_changes.of(other).exists()


class TestPage:
    def test_shows_the_run_and_makes_a_missed_one(self, officers, monkeypatch):
        monkeypatch.setattr(tasks.build, "delay", lambda **_: None)
        made(at=localtime(cast.now()).replace(hour=23) - timedelta(days=3))
        client = desk(officers[0])
        monkeypatch.setattr(runs, "GRACE", timedelta(days=-1))  # whatever the hour is now

        page = words(client.get(url("schedule")))
        assert "作られていません" in page
        answer = client.post(url("schedule_retry"), {"day": f"{date_of_tomorrow():%Y-%m-%d}"})
        assert answer.status_code == 302
        assert Parcel.objects.filter(base_date=date_of_tomorrow(), is_scheduled=True).count() == 1

    def test_says_why_nothing_is_made(self, officers):
        client = desk(officers[0])
        assert client.post(url("schedule_retry"), {"day": "あした"}).status_code == 409
        assert client.post(url("schedule_retry"), {"day": "2020-01-01"}).status_code == 409

    @pytest.mark.parametrize("role", ["operator", "venue_staff", "auditor", "contractor"])
    def test_is_shut_for_others(self, role):
        assert desk(cast.staff(role)).get(url("schedule")).status_code == 403


def date_of_tomorrow():
    return localdate(cast.now()) + timedelta(days=1)


def test_another_municipality_sees_none_of_it(here, live_municipalities):
    made()
    with serving(live_municipalities.tameshi):
        (run,) = runs.calendar(at=EVENING)
        assert run.parcel is None
