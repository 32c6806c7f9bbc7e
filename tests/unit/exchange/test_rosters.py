"""The roster leaves sealed, by two people, and its password on another paper."""

import io
import uuid
from datetime import date, time, timedelta

import psycopg
import pytest
import pyzipper
from django.db import IntegrityError, transaction

from booking import reservations
from booking.models import Resident
from booking.reservations import Asking, Wish
from exchange import (
    parcels,
    roster_files,
    roster_links,
    rosters,
    row_caps,
    runs,
    sealing,
    spool,
    sweeping,
)  # fmt: skip
from exchange.layouts import ROSTER, reading
from exchange.layouts.layout import Facts
from exchange.models import HandoverRecord, Parcel
from exchange.roster_refusals import LinkOver, NotMissed
from privacy.models import AccessEntry
from tenancy.models import Standing
from tests import cast

pytestmark = pytest.mark.usefixtures("here")

DAY = date(2026, 6, 15)


def reserve(resident, *, at=time(10, 0), venue=None, channel="web"):
    from booking.models import PriorityGroup
    from booking.rulebook import forget_kept

    if not PriorityGroup.objects.exists():
        cast.everybody_may_book()
    _, web, phone = cast.slot(day=DAY, at=at, venue_=venue)
    forget_kept()
    (made,) = reservations.claim(
        resident=Resident.objects.get(pk=resident.pk),
        wishes=[Wish(1, (web if channel == "web" else phone).pk)],
        asking=Asking(channel=channel, request_key=uuid.uuid4()),
        by=None,
        at=cast.NOW,
    )
    return made.reservation_number


def built(officers, *, day=DAY):
    parcel = rosters.ask(day=day, purpose="visit_day", by=officers[0], at=cast.NOW)
    rosters.build(parcel_id=parcel.pk, at=cast.NOW)
    parcel.refresh_from_db()
    return parcel


def opened(tmp_path, content, password):
    path = tmp_path / "fetched.zip"
    path.write_bytes(content)
    with sealing.open_container(path=path, password=password) as found:
        rows = reading.read(
            layout=ROSTER,
            stream=found.stream,
            encoding="utf-8",
            facts=Facts("999997", DAY),
        )
        return [row.values for row in rows], found.manifest


class TestRoster:
    def test_holds_everybody_expected_that_day_once(self, officers, tmp_path):
        first = cast.resident(name="=見本　太郎", born_on=date(1950, 6, 16))
        late, early = (
            reserve(first, at=time(11)),
            reserve(cast.resident(), at=time(9), channel="phone"),
        )
        parcel = built(officers)
        parcel, content = rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        _, password = rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
        rows, manifest = opened(tmp_path, content, password)

        assert [row.reservation_number for row in rows] == [early, late]
        assert rows[1].name == "=見本　太郎"
        assert rows[1].age_on_day == "76"
        assert rows[1].voucher_number == first.voucher_number_for_test
        assert [row.channel for row in rows] == ["2", "1"]
        assert (manifest.rows, manifest.layout, manifest.dummy) == (2, "RST", True)
        assert manifest.mark.number == parcel.number
        assert officers[0].display_name in manifest.mark.issued_by
        assert manifest.mark.purpose == "当日の会場での受付"

    def test_leaves_out_cancelled_other_days_and_clinics(self, officers):
        from venues.models import Venue

        number = reserve(cast.resident())
        reserve(cast.resident(), venue=cast.venue(kind=Venue.Kind.CLINIC))
        reservations.cancel(
            reservation=reservations.find(reservation_number=number),
            channel="web",
            by=None,
            at=cast.NOW,
        )

        assert built(officers).rows == 0
        assert built(officers, day=DAY + timedelta(days=1)).rows == 0

    def test_opens_with_the_wrong_password_never(self, officers):
        parcel = built(officers)
        _, content = rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)

        with pyzipper.AESZipFile(io.BytesIO(content)) as archive, pytest.raises(RuntimeError):
            archive.read(archive.namelist()[0], pwd=b"wrong")

    def test_names_and_password_lie_sealed(self, officers, stage):
        reserve(cast.resident(name="見本　花子"))
        parcel = built(officers)

        assert "見本　花子".encode() not in spool.path_of(parcel.spool_name).read_bytes()
        with psycopg.connect(stage.superuser_url) as sight:
            (kept,) = sight.execute("SELECT password FROM m_999997.exchange_parcel").fetchone()
        assert parcel.password.encode() not in kept


class TestTwoPeople:
    def test_who_asked_may_not_fetch(self, officers):
        with pytest.raises(rosters.SamePerson):
            rosters.fetch(parcel=built(officers), by=officers[0], at=cast.NOW)

    def test_the_password_comes_after_the_file_and_once(self, officers):
        parcel = built(officers)

        with pytest.raises(rosters.WrongState):
            rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        _, password = rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
        assert len(password) >= 20
        with pytest.raises(rosters.AlreadyShown):
            rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
        parcel.refresh_from_db()
        assert parcel.password is None
        assert spool.names() == []

    @pytest.mark.parametrize("who", [0, 2])
    def test_the_password_is_for_the_one_who_fetched(self, officers, who):
        parcel = built(officers)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)

        with pytest.raises(rosters.NotThisPerson):
            rosters.show_password(parcel=parcel, by=officers[who], at=cast.NOW)

    def test_a_broken_download_may_be_repeated_by_the_same_person(self, officers):
        parcel = built(officers)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)

        assert HandoverRecord.objects.count() == 1
        with pytest.raises(rosters.WrongState):
            rosters.fetch(parcel=parcel, by=officers[2], at=cast.NOW)

    def test_a_link_dies_after_three_fetches(self, officers):
        parcel = built(officers)
        for _ in range(roster_links.MOST_FETCHES):
            rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)

        with pytest.raises(LinkOver):
            rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        assert HandoverRecord.objects.count() == 1

    @pytest.mark.parametrize("fetched", [0, 1])
    def test_a_link_dies_after_a_day(self, officers, fetched):
        parcel = built(officers)
        for _ in range(fetched):
            rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        late = cast.NOW + timedelta(hours=24, seconds=1)

        with pytest.raises(LinkOver):
            rosters.fetch(parcel=parcel, by=officers[1], at=late)
        assert HandoverRecord.objects.count() == fetched

    def test_a_link_lives_on_without_the_guard(self, officers, monkeypatch):
        """The twin: a link that is left lying opens a week later."""
        monkeypatch.setattr(roster_links, "refuse_dead", lambda *_, **__: None)
        late = cast.NOW + timedelta(days=6)

        assert rosters.fetch(parcel=built(officers), by=officers[1], at=late)

    def test_the_database_counts_to_three(self, officers):
        with pytest.raises(IntegrityError), transaction.atomic():
            Parcel.objects.filter(pk=built(officers).pk).update(fetches=4)

    @pytest.mark.parametrize("role", ["operator", "auditor", "contractor", "venue_staff"])
    def test_other_roles_neither_ask_nor_fetch(self, officers, role):
        other = cast.staff(role)

        with pytest.raises(rosters.NotPermitted):
            rosters.ask(day=DAY, purpose="visit_day", by=other, at=cast.NOW)
        with pytest.raises(rosters.NotPermitted):
            rosters.fetch(parcel=built(officers), by=other, at=cast.NOW)

    def test_each_handover_is_recorded(self, officers):
        parcel = built(officers)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        record = HandoverRecord.objects.get()

        assert (record.given_by, record.taken_by) == (officers[0], officers[1])
        assert (record.sha256, record.moment) == (parcel.sha256, "handed_over")
        assert AccessEntry.objects.filter(what="roster", staff_id=officers[1].pk).count() == 1


class TestPurpose:
    """An export names what it is for, and how many people it may hold follows from that (T07)."""

    @pytest.fixture
    def two_at_most(self, monkeypatch):
        caps = {"ward_officer": {"visit_day": 2, "ward_check": 1}}
        monkeypatch.setattr(row_caps, "MOST_ROWS", caps)

    @pytest.mark.parametrize("purpose", ["", "incident", "register", "for_work"])
    def test_a_roster_is_asked_for_no_other_purpose(self, officers, purpose):
        with pytest.raises(rosters.NoPurpose):
            rosters.ask(day=DAY, purpose=purpose, by=officers[0], at=cast.NOW)
        assert Parcel.objects.count() == 0

    @pytest.mark.usefixtures("two_at_most")
    def test_up_to_the_cap_it_is_made_and_one_more_is_refused_whole(self, officers):
        for hour in (9, 10):
            reserve(cast.resident(), at=time(hour))
        assert built(officers).state == "sealed"
        kept = spool.names()
        reserve(cast.resident(), at=time(11))
        over = built(officers)

        assert (over.state, over.spool_name, over.password) == ("refused", "", None)
        assert "2件" in over.closing_words
        assert spool.names() == kept
        with pytest.raises(rosters.WrongState):
            rosters.fetch(parcel=over, by=officers[1], at=cast.NOW)

    def test_without_the_cap_everybody_leaves(self, officers, two_at_most, monkeypatch):
        """The twin: with the guard gone the third person is in the file."""
        monkeypatch.setattr(roster_files, "_capped", lambda rows, _most: rows)
        for hour in (9, 10, 11):
            reserve(cast.resident(), at=time(hour))

        assert built(officers).rows == 3

    def test_a_role_that_lost_the_purpose_neither_releases_nor_fetches(self, officers, monkeypatch):
        reserve(cast.resident())
        asked = built(officers)
        daily = rosters.make_due(at=cast.NOW.replace(hour=18))
        rosters.build(parcel_id=daily.pk, at=cast.NOW)
        Parcel.objects.filter(pk=daily.pk).update(rows=1)
        monkeypatch.setattr(row_caps, "MOST_ROWS", {})

        with pytest.raises(rosters.OverTheCap):
            rosters.fetch(parcel=asked, by=officers[1], at=cast.NOW)
        with pytest.raises(rosters.OverTheCap):
            rosters.release(parcel=daily, by=officers[0], at=cast.NOW)
        assert HandoverRecord.objects.count() == 0

    @pytest.mark.usefixtures("two_at_most")
    def test_a_daily_roster_over_the_cap_is_told_as_stuck(self, officers):
        Standing.objects.update_or_create(pk=1, defaults={"roster_hour": 18})
        for hour in (9, 10, 11):
            reserve(cast.resident(), at=time(hour))
        at = cast.NOW.replace(year=2026, month=6, day=14, hour=18)
        parcel = rosters.make_due(at=at)
        rosters.build(parcel_id=parcel.pk, at=at)

        (run,) = [one for one in runs.calendar(at=at) if one.day == DAY]
        assert run.how == "stuck"
        with pytest.raises(NotMissed):
            runs.retry(day=DAY, by=officers[0], at=at)


class TestDaily:
    def test_is_made_from_the_wards_hour_on_once(self, here):
        Standing.objects.update_or_create(pk=1, defaults={"roster_hour": 18})

        assert rosters.make_due(at=cast.NOW.replace(hour=17, minute=59)) is None
        made = rosters.make_due(at=cast.NOW.replace(hour=18))
        assert made.base_date == date(2026, 6, 2)
        assert rosters.make_due(at=cast.NOW.replace(hour=23)) is None
        assert rosters.make_due(at=cast.NOW.replace(hour=18) + timedelta(days=1)) is not None

    def test_waits_for_one_person_to_release_and_another_to_fetch(self, officers):
        parcel = rosters.make_due(at=cast.NOW.replace(hour=18))
        rosters.build(parcel_id=parcel.pk, at=cast.NOW)

        with pytest.raises(rosters.WrongState):
            rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        rosters.release(parcel=parcel, by=officers[0], at=cast.NOW)
        with pytest.raises(rosters.SamePerson):
            rosters.fetch(parcel=parcel, by=officers[0], at=cast.NOW)
        rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)

    def test_building_twice_keeps_one(self, officers):
        parcel = built(officers)
        before = parcel.sha256
        rosters.build(parcel_id=parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.sha256 == before
        assert spool.names() == [parcel.spool_name]


class TestSweep:
    def test_erases_a_roster_nobody_fetched(self, officers):
        parcel = built(officers)
        sweeping.sweep(at=cast.NOW + timedelta(days=6))
        parcel.refresh_from_db()
        assert parcel.state == "sealed"
        sweeping.sweep(at=cast.NOW + timedelta(days=8))

        parcel.refresh_from_db()
        assert (parcel.state, parcel.password) == ("expired", None)
        assert spool.names() == []

    def test_erases_a_list_nobody_unlocked(self, hand_in, people):
        parcel = hand_in(people())
        sweeping.sweep(at=cast.NOW + timedelta(days=8))

        parcel.refresh_from_db()
        assert parcel.state == "expired"
        assert spool.names() == []

    def test_erases_containers_that_belong_to_nothing(self, here):
        spool.keep([b"PK\x03\x04stray"])
        sweeping.sweep(at=cast.now())
        assert len(spool.names()) == 1
        sweeping.sweep(at=cast.now() + timedelta(minutes=10))

        assert spool.names() == []

    def test_finds_what_a_dead_worker_left(self, officers):
        parcel = rosters.ask(day=DAY, purpose="visit_day", by=officers[0], at=cast.NOW)

        assert sweeping.left_lying(at=cast.NOW + timedelta(minutes=1)) == []
        assert sweeping.left_lying(at=cast.NOW + timedelta(minutes=5)) == [("building", parcel.pk)]


def test_a_stranger_finds_no_parcel(officers, live_municipalities):
    from tenancy.current import serving

    parcel = built(officers)
    with serving(live_municipalities.tameshi):
        with pytest.raises(parcels.NoSuchParcel):
            parcels.find(parcel_id=parcel.pk, direction="out")
        assert Parcel.objects.count() == 0
        assert spool.names() == []
