"""Long works of the exchange are not begun on a disk that would not hold them, and leave nothing."""

import errno

import pytest

from booking.models import Resident
from exchange import intake, rosters, spool, tasks
from exchange.intake import refusals
from exchange.models import Parcel
from exchange.sealing import writing
from shared import room
from tests import cast
from tests.unit.exchange.test_rosters import DAY

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def full(monkeypatch):
    """Every disk is full from now on."""

    def fill():
        monkeypatch.setattr(room, "KEPT_FREE", 2**60)

    yield fill
    monkeypatch.undo()


class TestAnUpload:
    def test_is_not_written_down(self, people, container, full):
        content = container(people())
        full()
        with pytest.raises(spool.DiskFull):
            spool.keep([content])
        assert spool.names() == []

    def test_leaves_nothing_when_the_disk_fills_half_way(self, people, container, monkeypatch):
        content = container(people())

        def full_now(_handle):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(spool.os, "fsync", full_now)
        with pytest.raises(spool.DiskFull):
            spool.keep([content])
        assert spool.names() == []


class TestAList:
    def test_is_not_committed_without_room(self, checked, people, officers, full):
        parcel = checked(people())
        full()
        with pytest.raises(refusals.NoRoomNow):
            intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.state == Parcel.State.CHECKED

    def test_waits_for_room_and_is_taken_in_then(
        self, checked, people, officers, full, monkeypatch
    ):
        parcel = checked(people())
        intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
        full()
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert (parcel.state, Resident.objects.count()) == (Parcel.State.APPLYING, 0)

        monkeypatch.undo()
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert (parcel.state, Resident.objects.count()) == (Parcel.State.APPLIED, 40)


class TestARoster:
    def test_is_not_asked_for_without_room(self, officers, full):
        full()
        with pytest.raises(rosters.NoRoomNow):
            rosters.ask(day=DAY, purpose="visit_day", by=officers[0], at=cast.NOW)
        assert not Parcel.objects.exists()

    def test_waits_for_room(self, here, officers, full):
        parcel = rosters.ask(day=DAY, purpose="visit_day", by=officers[0], at=cast.NOW)
        full()
        tasks.build(municipality_code=here.code, parcel_id=str(parcel.pk))
        parcel.refresh_from_db()

        assert (parcel.state, spool.names()) == (Parcel.State.BUILDING, [])

    def test_leaves_nothing_when_the_disk_fills_half_way(self, here, officers, monkeypatch):
        """Forced past the look at the disk: no draft, no half a file; built whole the next time."""
        parcel = rosters.ask(day=DAY, purpose="visit_day", by=officers[0], at=cast.NOW)

        def full_now(_handle):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(writing.os, "fsync", full_now)
            with pytest.raises(OSError, match="No space"):
                rosters.build(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert (parcel.state, list(spool.folder().iterdir())) == (Parcel.State.BUILDING, [])

        rosters.build(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert parcel.state != Parcel.State.BUILDING
        assert len(spool.names()) == 1
