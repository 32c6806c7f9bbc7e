"""What a rehearsal left is shredded before real people come, and never afterwards."""

import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from booking import reservations, residents
from booking.models import Reservation, Resident
from booking.reservations import Asking, Wish
from config import rehearsal
from exchange import spool
from privacy.models import AccessEntry
from tenancy import standings
from tenancy.current import serving
from tenancy.models import Staff
from tests import cast
from tests.cast import NOW
from venues.models import Bucket, Venue


@pytest.fixture
def rehearsed(live_municipalities):
    """見本市 after a rehearsal: two dummies, one of them with a reservation."""
    with serving(live_municipalities.mihon) as municipality:
        cast.everybody_may_book()
        officer = cast.staff("ward_officer", login_name="officer1")
        _slot, web, _phone = cast.slot()
        booked = cast.resident()
        cast.resident()
        reservations.claim(
            resident=booked, wishes=[Wish(1, web.pk)], by=None, at=NOW,
            asking=Asking(channel="web", request_key=uuid.uuid4()),
        )  # fmt: skip
        for left in spool.folder().glob("*.sealed"):  # another test's files outlive its rows
            left.unlink()
        (spool.folder() / f"{'0' * 32}.sealed").write_bytes(b"PK")
        yield municipality, officer


class TestShredding:
    def test_leaves_no_dummy_and_keeps_the_house(self, rehearsed):
        _municipality, officer = rehearsed
        assert Bucket.objects.filter(taken=1).count() == 1

        done = rehearsal.shred(by=officer, at=NOW)

        assert (done.residents, done.files) == (2, 1)
        assert residents.dummies() == Reservation.objects.count() == 0
        assert not Bucket.objects.filter(taken__gt=0).exists()
        assert Venue.objects.count() == 1
        assert Staff.objects.count() == 1
        assert AccessEntry.objects.get(what="rehearsal_shredded").staff_id == officer.pk

    def test_leaves_the_other_municipality_alone(self, rehearsed, tameshi):
        with serving(tameshi):
            cast.resident()

        rehearsal.shred(by=rehearsed[1], at=NOW)

        with serving(tameshi):
            assert Resident.objects.count() == 1

    def test_refuses_where_one_real_person_is(self, rehearsed):
        cast.resident(is_dummy=False)

        with pytest.raises(rehearsal.RealPeopleHere):
            rehearsal.shred(by=rehearsed[1], at=NOW)
        assert Resident.objects.count() == 3

    @pytest.mark.parametrize("reached", ["live", "ended"])
    def test_refuses_once_everything_is_real(self, rehearsed, reached):
        row = standings.standing()
        row.stage = reached
        row.save()

        with pytest.raises(rehearsal.NotARehearsal):
            rehearsal.shred(by=rehearsed[1], at=NOW)

    def test_refuses_those_who_may_not_move_the_stage(self, rehearsed):
        with pytest.raises(rehearsal.NotAllowed):
            rehearsal.shred(by=cast.staff("contractor"), at=NOW)


class TestCommand:
    def run(self, *more, name="officer1"):
        said = StringIO()
        call_command("shred_rehearsal", *more, municipality="999997", login_name=name, stdout=said)
        return said.getvalue()

    def test_says_what_went(self, rehearsed):
        assert "2 人" in self.run("--yes")

    def test_asks_to_be_told_twice(self, rehearsed):
        with pytest.raises(CommandError, match="--yes"):
            self.run()
        assert Resident.objects.count() == 2

    def test_refuses_a_stranger(self, rehearsed):
        with pytest.raises(CommandError):
            self.run("--yes", name="nobody")
