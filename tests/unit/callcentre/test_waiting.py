"""An operator puts a caller on the waiting list, and takes them off again."""

from datetime import date

import pytest
import time_machine

from booking import reservations, waiting_list
from booking.contacts import Contact
from booking.models import WaitingListEntry
from callcentre import calls, claims
from callcentre.refusals import NotIdentified
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.waiting_list.conftest import wish

NOBODY = Contact()


@pytest.fixture
def party(call, taro, bring, operator):
    cast.everybody_may_book()
    cast.slot(day=date(2026, 6, 15))
    calls.read_notice(call=call, by=operator)
    return bring(call, taro)


def put_on(party, operator, contact=NOBODY, **changes):
    return claims.join_waiting_for(
        party=party, wish=wish(**changes), contact=contact, by=operator, at=NOW
    )


class TestJoining:
    def test_keeps_call_operator_notice_and_the_contact_on_record(
        self, party, operator, taro, call
    ):
        entry = put_on(party, operator)

        call.refresh_from_db()
        assert (entry.resident_id, entry.joined_by, entry.call_id) == (taro.pk, operator, call.pk)
        assert (entry.phone, entry.notice_version) == (taro.phone, call.notice_version)
        assert AccessEntry.objects.filter(what="waiting_joined", call_id=call.pk).exists()

    def test_with_a_contact_of_its_own(self, party, operator):
        assert put_on(party, operator, Contact(email="a@example.jp")).email == "a@example.jp"

    def test_nobody_before_the_identity_check(self, call, taro, bring, operator):
        calls.read_notice(call=call, by=operator)
        unproved = bring(call, taro, passed=False)

        with pytest.raises(NotIdentified):
            put_on(unproved, operator)

    def test_nobody_who_has_the_dose(self, party, operator, taro):
        cast.reservation(taro)

        with pytest.raises(reservations.AlreadyReserved):
            put_on(party, operator)

    def test_off_again(self, party, operator):
        put_on(party, operator)

        claims.leave_waiting_for(party=party, dose_number=1, by=operator, at=NOW)

        assert WaitingListEntry.objects.get().state == "left"
        with pytest.raises(waiting_list.NotOnTheList):
            claims.leave_waiting_for(party=party, dose_number=1, by=operator, at=NOW)


class TestThePage:
    @pytest.fixture(autouse=True)
    def morning(self):
        with time_machine.travel(NOW, tick=True):
            yield

    @pytest.fixture
    def seated(self, operator):
        return desk(operator)

    TYPED = {
        "dose_number": "1", "first_day": "2026-06-01", "last_day": "2026-07-31",
        "notice_hours": "3", "reach": "written", "leftover": "30", "phone": "", "email": "",
    }  # fmt: skip

    def test_from_the_card_to_the_list_and_off(self, party, seated):
        page = seated.get(f"/console/?party={party.pk}&do=wait").content.decode()
        assert "キャンセル待ちに登録する" in page

        answer = seated.post(f"/console/parties/{party.pk}/waiting/", self.TYPED)

        assert answer.status_code == 302
        assert WaitingListEntry.objects.get().leftover_minutes == 30
        assert "キャンセル待ち 1回目" in seated.get(f"/console/?party={party.pk}").content.decode()
        seated.post(f"/console/parties/{party.pk}/waiting/leave/", {"dose_number": "1"})
        assert WaitingListEntry.objects.get().state == "left"

    @pytest.mark.parametrize(
        "typed",
        [{"first_day": "9999"}, {"dose_number": "0"}, {"venues": "999"}, {"reach": "call", "leftover": "30"}],
    )  # fmt: skip
    def test_nonsense_gets_words(self, party, seated, typed):
        answer = seated.post(f"/console/parties/{party.pk}/waiting/", self.TYPED | typed)

        assert answer.status_code == 422
        assert not WaitingListEntry.objects.exists()

    def test_somebody_elses_party(self, party, seated, other_operator):
        party.call.operator = other_operator
        party.call.save(update_fields=["operator"])

        seated.post(f"/console/parties/{party.pk}/waiting/", self.TYPED)

        assert not WaitingListEntry.objects.exists()
