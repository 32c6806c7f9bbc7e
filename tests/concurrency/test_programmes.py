"""One person at the doors of two programmes at once: one place in each, never two in either."""

from collections import Counter

import psycopg
import pytest

from booking import invariants
from booking.models import Reservation
from tenancy.current import serving
from tests import cast
from tests.concurrency.test_claim import (
    all_at_once,
    blind,
    bucket,
    claiming,
    counters_are_true,
)
from venues import ledger, programmes

__all__ = ["blind"]  # a fixture

pytestmark = pytest.mark.concurrency
TABS = 12  # in each programme


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        yield live_municipalities


def pressing():
    """Every tab of one person, half of them in each programme, one time for each tab."""
    who, other = cast.resident(), cast.programme("見本検診", kind="check_up")
    ours = [bucket(days=14 + day)[0] for day in range(TABS)]
    theirs = [
        cast.slot(day=one.slot.opening.day, web=2, phone=0, programme_=other)[1] for one in ours
    ]
    pairs = zip(ours, theirs, strict=True)
    return other, [claiming(who, one) for pair in pairs for one in pair]


def live():
    """By programme: how many live first doses."""
    return Counter(Reservation.objects.filter(is_live=True).values_list("programme_id", flat=True))


class TestOnePersonInTwoProgrammes:
    def test_has_one_place_in_each_whatever_is_pressed_at_once(self, town):
        other, jobs = pressing()

        outcome = all_at_once(jobs)

        assert outcome == {"granted": 2, "AlreadyReserved": 2 * TABS - 2}
        assert live() == {programmes.first(): 1, other.pk: 1}
        assert counters_are_true()
        assert ledger.differences() == []
        assert invariants.broken() == []

    @pytest.mark.usefixtures("blind")
    def test_the_race_is_real_without_its_guards(self, town):
        """If this ever fails, the test above proves nothing."""
        _other, jobs = pressing()
        name = f"{town.mihon.schema}.reservation_one_live_per_dose"
        with psycopg.connect(town.superuser_url, autocommit=True) as owner:
            made_by = owner.execute("SELECT pg_get_indexdef(%s::regclass)", [name]).fetchone()[0]
            owner.execute(f"DROP INDEX {name}")
            try:
                all_at_once(jobs)
                found = live()
            finally:
                owner.execute(f"DELETE FROM {town.mihon.schema}.booking_reservationevent")
                owner.execute(f"DELETE FROM {town.mihon.schema}.booking_reservation")
                owner.execute(made_by)

        assert max(found.values()) > 1

    def test_who_took_the_programme_out_of_the_index_would_lose_one(self, town):
        """The place in the other programme is refused: what the index was before programmes."""
        _other, jobs = pressing()
        name = f"{town.mihon.schema}.reservation_one_live_per_dose"
        with psycopg.connect(town.superuser_url, autocommit=True) as owner:
            made_by = owner.execute("SELECT pg_get_indexdef(%s::regclass)", [name]).fetchone()[0]
            owner.execute(f"DROP INDEX {name}")
            owner.execute(made_by.replace(", programme_id", ""))
            try:
                all_at_once(jobs)
                found = live()
            finally:
                owner.execute(f"DROP INDEX {name}")
                owner.execute(made_by)

        assert sum(found.values()) == 1
