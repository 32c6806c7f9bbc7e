"""Lists that are handed in, checked and committed in any order: the later base date stands."""

from datetime import timedelta
from itertools import permutations

import pytest

from booking.models import Resident
from exchange import intake, spool
from exchange.intake import _apply, _check, refusals
from exchange.models import Parcel
from tests import cast
from tests.unit.exchange.conftest import BASE, PASSWORD

pytestmark = pytest.mark.usefixtures("here")

SEXES = ("1", "2", "9")


@pytest.fixture
def three(people, checked):
    """Three lists of one person, each of its own day and looked through before any goes in."""
    (row,) = people(1)
    return [
        checked([row._replace(sex=sex)], base_date=BASE + timedelta(days=day))
        for day, sex in enumerate(SEXES)
    ]


@pytest.fixture
def take_in(officers):
    """Commit and apply; a register that moved on is asked for its password and read again."""

    def make(parcel):
        for _ in range(2):
            try:
                intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
            except refusals.OlderThanLast:
                return
            intake.apply(parcel_id=parcel.pk, at=cast.NOW)
            parcel.refresh_from_db()
            if parcel.state != Parcel.State.RECEIVED:
                return
            intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)
            intake.check(parcel_id=parcel.pk, at=cast.NOW)
            parcel.refresh_from_db()

    return make


def model(order):
    """The reference: a list goes in unless a later one is already there."""
    last, went_in = -1, []
    for day in order:
        if day >= last:
            last, went_in = day, [*went_in, day]
    return SEXES[last], went_in


def outcome(three):
    went_in = [day for day, parcel in enumerate(three) if parcel.state == Parcel.State.APPLIED]
    return Resident.objects.get().sex, went_in


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_register_is_as_the_model_says_in_every_order(three, take_in, order):
    for day in order:
        take_in(three[day])

    assert outcome(three) == model(order)


def test_without_the_guard_an_older_list_overwrites(three, take_in, monkeypatch):
    for module in (_apply, _check):
        monkeypatch.setattr(module, "check_order", lambda **_: None)
    for day in (2, 0):
        take_in(three[day])

    assert outcome(three) != model((2, 0))
    assert Resident.objects.get().sex == SEXES[0]


def test_an_overtaken_list_stays_until_it_is_given_back(three, take_in, officers):
    take_in(three[2])

    with pytest.raises(refusals.OlderThanLast):
        intake.commit(parcel=three[0], by=officers[1], at=cast.NOW)
    three[0].refresh_from_db()
    assert three[0].state == Parcel.State.CHECKED
    assert spool.path_of(three[0].spool_name).exists()
    back = intake.give_back(parcel=three[0], reason="古い名簿", by=officers[1], at=cast.NOW)
    assert back.state == Parcel.State.RETURNED


def test_a_list_overtaken_after_its_commit_is_refused_with_words(three, officers):
    for parcel in (three[2], three[0]):
        intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
    for parcel in (three[2], three[0]):
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)

    three[0].refresh_from_db()
    assert three[0].state == Parcel.State.REFUSED
    assert three[0].closing_words == str(refusals.OlderThanLast.words)
    assert Resident.objects.get().sex == SEXES[2]


def test_a_list_overtaken_before_its_password_is_refused_with_words(
    people, hand_in, applied, officers
):
    waiting = hand_in(people())
    applied(people(seed=2), base_date=BASE + timedelta(days=1))
    intake.unlock(parcel=waiting, password=PASSWORD, by=officers[1], at=cast.NOW)
    intake.check(parcel_id=waiting.pk, at=cast.NOW)

    waiting.refresh_from_db()
    assert waiting.state == Parcel.State.REFUSED
    assert waiting.closing_words == str(refusals.OlderThanLast.words)
