"""Pull lists, and how a mailing ends: every envelope accounted for (S-77, S-123, S-126)."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from booking import mailings
from booking.models import Envelope, Mailing, Resident, Voucher
from exchange import prints, rosters, spool
from exchange.layouts import PULL_LIST
from exchange.models import Parcel
from exchange.prints import refusals
from exchange.roster_refusals import Refused
from tests import cast
from tests.unit.exchange.prints.conftest import opened

pytestmark = pytest.mark.usefixtures("here")
State = Envelope.State


@pytest.fixture
def mailing(listed, run):
    return run().mailing


def flag(mailing, *serials, status="1"):
    people = Resident.objects.filter(vouchers__envelopes__serial__in=serials)
    people.update(status_flag=status)


def pulled(mailing, officers):
    parcel = prints.ask_pull(mailing=mailing, by=officers[0], at=cast.NOW)
    prints.build(parcel_id=parcel.pk, at=cast.NOW)
    parcel.refresh_from_db()
    return parcel


class TestPullList:
    def test_names_serial_and_number_of_whoever_moved_died_or_lost_the_number(self, mailing, officers):  # fmt: skip
        flag(mailing, 2)
        flag(mailing, 5, status="2")
        Voucher.objects.filter(envelopes__serial=7).update(is_live=False)
        parcel = pulled(mailing, officers)
        rows = opened(parcel, officers, layout=PULL_LIST)

        assert [row.values.serial for row in rows] == ["00000002", "00000005", "00000007"]
        assert all(len(row.values) == 2 and row.is_taken for row in rows)
        on_list = Envelope.objects.exclude(pull_list="").values_list("serial", "pull_list")
        assert set(on_list) == {(n, parcel.number) for n in (2, 5, 7)}

    def test_names_each_once(self, mailing, officers):
        flag(mailing, 2)
        pulled(mailing, officers)
        with pytest.raises(refusals.NothingToPull):
            prints.ask_pull(mailing=mailing, by=officers[0], at=cast.NOW)
        flag(mailing, 3)
        rows = opened(pulled(mailing, officers), officers, layout=PULL_LIST)
        assert [row.values.serial for row in rows] == ["00000003"]

    def test_two_asked_for_at_once_name_each_once(self, mailing, officers):
        flag(mailing, 2)
        both = [prints.ask_pull(mailing=mailing, by=officers[0], at=cast.NOW) for _ in range(2)]
        for one in both:
            prints.build(parcel_id=one.pk, at=cast.NOW)
        states = Parcel.objects.filter(layout="PUL").values_list("state", flat=True)
        assert sorted(states) == [Parcel.State.REFUSED, Parcel.State.SEALED]

    def test_leaves_what_was_delivered_to_the_ward(self, mailing, officers):
        flag(mailing, 2)
        Envelope.objects.filter(serial=2).update(state=State.DELIVERED)
        assert mailings.too_late_to_pull(mailing) == 1
        with pytest.raises(refusals.NothingToPull):
            prints.ask_pull(mailing=mailing, by=officers[0], at=cast.NOW)


class TestCalledOff:
    def test_its_people_are_in_the_next_mailing(self, mailing, officers, run):
        prints.call_off(mailing=mailing, words="請求先の誤り", by=officers[0], at=cast.NOW)
        again = run().mailing
        assert (again.envelopes, again.left_out) == (12, {})
        assert mailings.states_of(mailing) == {State.CALLED_OFF: 12}

    def test_its_file_is_fetched_by_nobody_any_more(self, mailing, officers):
        parcel = Parcel.objects.get(layout="PRT")
        assert spool.names()
        prints.call_off(mailing=mailing, words="x", by=officers[0], at=cast.NOW)

        parcel.refresh_from_db()
        assert (parcel.state, parcel.password) == (Parcel.State.EXPIRED, None)
        with pytest.raises(rosters.WrongState):
            rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
        assert parcel.spool_name not in spool.names()

    def test_its_password_is_shown_to_nobody_any_more(self, mailing, officers):
        parcel, _ = rosters.fetch(
            parcel=Parcel.objects.get(layout="PRT"), by=officers[1], at=cast.NOW
        )
        prints.call_off(mailing=mailing, words="x", by=officers[0], at=cast.NOW)
        with pytest.raises(rosters.WrongState):
            rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)

    def test_not_once_something_is_printed(self, mailing, officers):
        Envelope.objects.filter(serial=1).update(state=State.PRINTED)
        with pytest.raises(refusals.WrongState):
            prints.call_off(mailing=mailing, words="x", by=officers[0], at=cast.NOW)
        assert Envelope.objects.filter(is_current=True).count() == 12


class TestClosed:
    def test_needs_no_words_when_all_comes_out_even(self, mailing, officers):
        Envelope.objects.update(state=State.DELIVERED)
        prints.close(mailing=mailing, counted=12, words="", by=officers[0], at=cast.NOW)
        mailing.refresh_from_db()
        assert (mailing.counted, mailing.closed_by) == (12, officers[0])

    def test_needs_words_for_what_differs(self, mailing, officers):
        told = {"mailing": mailing, "by": officers[0], "at": cast.NOW}
        for open_ones, counted in ((0, 11), (1, 11), (1, 12)):
            Envelope.objects.update(state=State.DELIVERED)
            Envelope.objects.filter(serial__lte=open_ones).update(state=State.ENCLOSED)
            with pytest.raises(refusals.ExplainFirst):
                prints.close(counted=counted, words="", **told)
        prints.close(counted=counted, words="1通は破損", **told)
        assert Mailing.objects.get().closing_words == "1通は破損"

    def test_happens_once(self, mailing, officers):
        Envelope.objects.update(state=State.DELIVERED)
        prints.close(mailing=mailing, counted=12, words="", by=officers[0], at=cast.NOW)
        with pytest.raises(refusals.WrongState):
            prints.close(mailing=mailing, counted=11, words="x", by=officers[0], at=cast.NOW)


class TestMailed:
    def test_on_a_day_between_the_file_and_today(self, mailing, officers):
        today = localdate(cast.NOW)
        prints.mark_mailed(mailing=mailing, day=today, by=officers[0], at=cast.NOW)
        assert Mailing.objects.get().mailed_on == today
        for day in (today - timedelta(days=1), today + timedelta(days=1)):
            with pytest.raises(refusals.WrongDay):
                prints.mark_mailed(mailing=mailing, day=day, by=officers[0], at=cast.NOW)


def test_other_roles_do_none_of_it(mailing):
    at = cast.NOW
    flag(mailing, 2)
    for role in ("operator", "supervisor", "contractor", "auditor"):
        by = cast.staff(role)
        told = {"mailing": mailing, "by": by, "at": at}
        for step, words in (
            (prints.ask_pull, {}),
            (prints.call_off, {"words": "x"}),
            (prints.mark_mailed, {"day": localdate(at)}),
            (prints.close, {"counted": 1, "words": "x"}),
        ):
            with pytest.raises(Refused):
                step(**told, **words)
    assert not Parcel.objects.filter(layout="PUL").exists()
