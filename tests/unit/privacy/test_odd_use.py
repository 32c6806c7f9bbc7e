"""Odd use raises an alert, ordinary use raises none (S-66)."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.models import Resident
from privacy import access_log, alerts, odd_use, odd_use_rules
from privacy.alerts import Matter
from privacy.models import AccessEntry, Alert
from tests import cast
from tests.cast import JST, NOW

DAY = NOW.date()
K = Alert.Kind


@pytest.fixture
def operators(served):
    return [cast.staff("operator") for _ in range(8)]


def look(by, *, day=DAY, hour=10, minute=0, resident=None, what="view", in_call=True, good=True):
    at = datetime.combine(day, time(hour, minute % 60), tzinfo=JST)
    return access_log.record(
        what=what, resident_id=resident or uuid.uuid4(), call_id=uuid.uuid4() if in_call else None,
        succeeded=good, by=by, at=at,
    )  # fmt: skip


def shift(by, *, day=DAY, people=20):
    """An ordinary day of one operator."""
    for number in range(people):
        resident = uuid.uuid4()
        look(by, day=day, hour=9 + number % 9, minute=number, resident=resident, what="find")
        look(by, day=day, hour=9 + number % 9, minute=number + 1, resident=resident)


def raised(day=DAY):
    return {alert.kind: alert for alert in odd_use.look_over(day=day, at=NOW)}


class TestOrdinaryWork:
    def test_of_weeks_raises_nothing(self, operators):
        for back in range(10, -1, -1):
            for number, operator in enumerate(operators[:3]):
                shift(operator, day=DAY - timedelta(days=back), people=18 + 2 * number)

        assert raised() == {}

    def test_of_a_busy_day_raises_nothing(self, operators):
        """Twice as many calls for everybody is a busy day, not a thief."""
        for back in range(5, 0, -1):
            shift(operators[0], day=DAY - timedelta(days=back), people=25)
        shift(operators[0], people=50)

        assert raised() == {}

    def test_of_the_first_day_of_all_raises_nothing(self, operators):
        for operator in operators[:2]:
            shift(operator, people=60)

        assert raised() == {}

    def test_of_residents_over_the_web_is_nobody_s_odd_use(self, served):
        at = datetime.combine(DAY, time(3, 0), tzinfo=JST)
        for _number in range(60):
            access_log.record(what="sign_in", resident_id=uuid.uuid4(), by=None, at=at)

        assert raised() == {}

    def test_of_the_call_list_needs_no_call(self, operators):
        for number in range(12):
            look(operators[0], what="call_list", in_call=False, minute=number)

        assert raised() == {}


class TestOddUse:
    def test_looks_without_a_call(self, operators):
        for number in range(5):
            look(operators[0], what="view_without_call", in_call=False, minute=number)
            if number < 4:
                look(operators[1], what="view_without_call", in_call=False, minute=number)

        found = odd_use.look_over(day=DAY, at=NOW)

        assert [(a.kind, a.staff, a.count) for a in found] == [(K.NO_CALL, operators[0], 5)]

    def test_a_spike_against_one_s_own_days(self, operators):
        for back in range(6, 0, -1):
            shift(operators[0], day=DAY - timedelta(days=back), people=12)
            shift(operators[1], day=DAY - timedelta(days=back), people=40)
        for operator in operators[:2]:
            shift(operator, people=45)

        found = raised()

        assert set(found) == {K.SPIKE}
        assert found[K.SPIKE].staff == operators[0]
        assert (found[K.SPIKE].count, found[K.SPIKE].usual) == (45, 12)

    def test_a_spike_of_somebody_new_against_the_colleagues_days(self, operators):
        for back in range(6, 0, -1):
            shift(operators[0], day=DAY - timedelta(days=back), people=15)
        shift(operators[1], people=60)

        assert raised()[K.SPIKE].staff == operators[1]

    @pytest.mark.parametrize(("hour", "is_odd"), [(7, True), (8, False), (19, False), (20, True), (2, True)])  # fmt: skip
    def test_looks_at_night(self, operators, hour, is_odd):
        look(operators[0], hour=hour)

        assert (K.OFF_HOURS in raised()) is is_odd

    def test_one_resident_whom_many_look_at(self, operators):
        somebody = uuid.uuid4()
        for number, operator in enumerate(operators[:5]):
            look(operator, day=DAY - timedelta(days=number), resident=somebody)

        found = raised()

        assert set(found) == {K.MANY_LOOKERS}
        assert (found[K.MANY_LOOKERS].resident_id, found[K.MANY_LOOKERS].count) == (somebody, 5)

    def test_many_looks_of_few_people_are_not_many_lookers(self, operators):
        somebody = uuid.uuid4()
        for number in range(12):
            look(operators[number % 4], resident=somebody, minute=number)

        assert raised() == {}

    @pytest.mark.parametrize("flag", [Resident.StatusFlag.MOVED_OUT, Resident.StatusFlag.DECEASED])
    def test_looks_at_somebody_flagged(self, operators, flag):
        gone, here = cast.resident(status_flag=flag), cast.resident()
        look(operators[0], resident=gone.pk)
        look(operators[0], resident=here.pk)

        found = odd_use.look_over(day=DAY, at=NOW)

        assert [(a.kind, a.resident_id) for a in found] == [(K.FLAGGED, gone.pk)]

    def test_many_searches_that_fit_nobody(self, operators):
        for number in range(20):
            look(operators[0], what="find", good=False, minute=number)

        assert set(raised()) == {K.MISSES}

    def test_of_another_day_is_not_of_this(self, operators):
        look(operators[0], hour=23, day=DAY - timedelta(days=1))

        assert raised() == {}
        assert set(raised(DAY - timedelta(days=1))) == {K.OFF_HOURS}

    def test_of_yesterday_is_found_in_the_small_hours(self, operators):
        look(operators[0], hour=23, day=DAY - timedelta(days=1))

        morning = datetime.combine(DAY, time(1, 0), tzinfo=JST)
        assert [a.day for a in odd_use.look_over_lately(at=morning)] == [DAY - timedelta(days=1)]


class TestRules:
    def test_are_the_ward_s(self, operators):
        officer = cast.staff("ward_officer")
        values = {"hours_from": time(6, 0), "hours_until": time(22, 0)}
        odd_use_rules.change(kind=K.OFF_HOURS, values=values, reason="早番", by=officer, at=NOW)
        look(operators[0], hour=7)

        assert raised() == {}
        look(operators[0], hour=5)
        assert set(raised()) == {K.OFF_HOURS}

    def test_can_be_switched_off(self, operators):
        officer = cast.staff("ward_officer")
        odd_use_rules.change(kind=K.OFF_HOURS, values={"is_on": False}, reason="夜間窓口", by=officer, at=NOW)  # fmt: skip
        look(operators[0], hour=3)

        assert raised() == {}

    def test_tell_who_changed_them_and_why(self, operators):
        officer = cast.staff("ward_officer")
        odd_use_rules.change(kind=K.NO_CALL, values={"threshold": 9}, reason="試行", by=officer, at=NOW)  # fmt: skip

        change = odd_use_rules.everything()[K.NO_CALL].history.latest()
        assert (change.history_user, change.history_change_reason, change.threshold) == (officer, "試行", 9)  # fmt: skip


class TestAlerts:
    @pytest.fixture
    def matter(self, operators):
        return Matter(K.NO_CALL, str(operators[0].pk), 5, staff_id=operators[0].pk)

    def test_are_raised_once_a_day_and_grow(self, matter):
        first = alerts.raise_about(matter, at=NOW)
        more = Matter(**{**vars(matter), "count": 9})

        assert alerts.raise_about(matter, at=NOW) == first
        assert alerts.raise_about(more, at=NOW + timedelta(hours=1)).count == 9
        assert alerts.raise_about(matter, at=NOW + timedelta(hours=2)).count == 9
        assert alerts.raise_about(matter, at=NOW + timedelta(days=1)) != first
        assert Alert.objects.count() == 2

    def test_come_again_where_it_grew_after_an_answer(self, matter):
        auditor = cast.staff("auditor")
        first = alerts.raise_about(matter, at=NOW)
        alerts.answer(alert=first, words="訓練でした", by=auditor, at=NOW)

        assert alerts.raise_about(matter, at=NOW).pk == first.pk
        again = alerts.raise_about(Matter(**{**vars(matter), "count": 50}), at=NOW)
        assert (again.part, again.answered_at) == (2, None)

    def test_are_answered_with_words_and_a_line_in_the_log(self, matter):
        officer = cast.staff("ward_officer")
        alert = alerts.raise_about(matter, at=NOW)

        with pytest.raises(alerts.ReasonMissing):
            alerts.answer(alert=alert, words="  ", by=officer, at=NOW)
        alerts.answer(alert=alert, words="本人に確かめた", by=officer, at=NOW)

        assert not alerts.open_ones().exists()
        assert AccessEntry.objects.get(what="alert_answered").staff_id == officer.pk
        with pytest.raises(alerts.AlreadyAnswered):
            alerts.answer(alert=alert, words="もう一度", by=officer, at=NOW)

    def test_are_not_answered_by_whom_they_are_about(self, served):
        officer = cast.staff("ward_officer")
        alert = alerts.raise_about(Matter(K.NO_CALL, str(officer.pk), 5, staff_id=officer.pk), at=NOW)  # fmt: skip

        with pytest.raises(alerts.AboutOneself):
            alerts.answer(alert=alert, words="問題ない", by=officer, at=NOW)
        with pytest.raises(IntegrityError, match="alert_not_answered_by_its_subject"):
            with transaction.atomic():
                Alert.objects.filter(pk=alert.pk).update(answered_by=officer, answered_at=NOW)

    @pytest.mark.parametrize("role", ["operator", "supervisor", "venue_staff", "contractor"])
    def test_are_nothing_for_other_roles(self, matter, role):
        alert = alerts.raise_about(matter, at=NOW)

        with pytest.raises(alerts.NotPermitted):
            alerts.answer(alert=alert, words="見た", by=cast.staff(role), at=NOW)
