"""Only those on the register, within their dates and trained, can sign in (S-33, S-84, S-88)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError
from django.utils import timezone

from privacy import second_factor
from privacy.models import AccessEntry
from tenancy import accounts, handlers, sessions
from tenancy.current import municipality_atomic
from tenancy.models import Handler, Staff
from tenancy.models.handler import Gap
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor

PASSWORD = "a-long-dummy-password"
TODAY = timezone.localdate()


def days(count):
    return timezone.localdate() + timedelta(days=count)


def entry(**changed):
    return handlers.Entry(
        **{
            "person_name": "見本　花子", "organisation": "見本市コールセンター",
            "organisation_kind": "contractor", "position": "handler", "from_on": days(0),
            "trained_until": days(100), **changed,
        }
    )  # fmt: skip


@pytest.fixture
def keeper(served):
    return cast.staff("contractor")


@pytest.fixture
def operator(served):
    return with_second_factor(cast.staff("operator"))


def sign_in(staff):
    client = desk(None)
    client.post("/sign-in/", {"login": staff.login_name, "password": PASSWORD})
    code = second_factor.code_at(TOTP_SECRET, timezone.now())
    return client, client.post("/sign-in/code/", {"code": code})


GAPS = {
    Gap.STRUCK_OFF: {"struck_off_at": cast.NOW},
    Gap.NOT_YET: {"from_on": date(2900, 1, 1)},
    Gap.OVER: {"until_on": date(2020, 1, 2)},
    Gap.UNTRAINED: {"trained_until": date(2020, 1, 2)},
}


class TestTheGate:
    def test_every_account_in_force_is_on_the_register(self, served):
        for role in ("operator", "ward_officer", "contractor", "auditor"):
            cast.staff(role)

        assert handlers.unlisted(on=TODAY) == []

    @pytest.mark.parametrize("gap", GAPS)
    def test_an_entry_that_is_not_in_force_stops_the_sign_in_and_says_why(self, operator, gap):
        Handler.objects.filter(staff=operator).update(**GAPS[gap])
        client, answer = sign_in(operator)

        assert answer.status_code == 403
        assert str(gap.label) in answer.text
        assert client.get("/").status_code == 302
        refused = AccessEntry.objects.get(what="sign_in", staff_id=operator.pk)
        assert (refused.succeeded, refused.why) == (False, gap.value)

    def test_an_account_without_an_entry_is_stopped(self, operator):
        Handler.objects.filter(staff=operator).delete()
        client, answer = sign_in(operator)

        assert answer.status_code == 403
        assert str(Gap.UNLISTED.label) in answer.text
        assert client.get("/").status_code == 302

    def test_a_wrong_code_is_not_told_why(self, operator):
        Handler.objects.filter(staff=operator).delete()
        client = desk(None)
        client.post("/sign-in/", {"login": operator.login_name, "password": PASSWORD})
        answer = client.post("/sign-in/code/", {"code": "000000"})

        assert str(Gap.UNLISTED.label) not in answer.text

    def test_the_last_days_count(self, operator):
        Handler.objects.filter(staff=operator).update(from_on=TODAY, until_on=TODAY, trained_until=TODAY)  # fmt: skip

        assert sign_in(operator)[1].status_code == 302

    @pytest.mark.parametrize("gap", GAPS)
    def test_an_open_session_ends_too(self, operator, gap):
        client = desk(operator)
        key = client.session.session_key
        Handler.objects.filter(staff=operator).update(**GAPS[gap])

        assert sessions.find(key, at=timezone.now()) is None
        assert sessions.living([key], at=timezone.now()) == {}
        assert client.get("/").status_code == 302

    def test_a_training_that_ends_at_midnight_ends_the_session_then(self, operator):
        Handler.objects.filter(staff=operator).update(trained_until=days(1))
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        with time_machine.travel(midnight + timedelta(days=1, hours=23, minutes=59), tick=False):
            client = desk(operator)
            assert client.get("/").status_code == 200
        with time_machine.travel(midnight + timedelta(days=2, seconds=1), tick=False):
            assert client.get("/").status_code == 302


class TestStrikingOff:
    def strike(self, staff, keeper):
        row = Handler.objects.get(staff=staff)
        return handlers.strike_off(handler=row, reason="退職", by=keeper, at=timezone.now())

    def test_ends_every_session_and_the_way_back(self, operator, keeper):
        here, there = desk(operator), desk(operator)
        self.strike(operator, keeper)

        assert [one.get("/").status_code for one in (here, there)] == [302, 302]
        assert sign_in(operator)[1].status_code == 403

    def test_raises_the_epoch_so_that_sockets_look_at_once(self, operator, keeper):
        before = Staff.objects.get(pk=operator.pk).auth_epoch
        self.strike(operator, keeper)

        assert Staff.objects.get(pk=operator.pk).auth_epoch == before + 1

    def test_nobody_strikes_off_or_changes_themselves(self, keeper):
        row = Handler.objects.get(staff=keeper)
        with pytest.raises(accounts.NotOneself):
            handlers.strike_off(handler=row, reason="x", by=keeper, at=timezone.now())
        with pytest.raises(accounts.NotOneself):
            handlers.change(handler=row, entry=entry(), reason="x", by=keeper, at=timezone.now())

    def test_a_change_puts_back_with_a_history(self, operator, keeper):
        row = self.strike(operator, keeper)
        handlers.change(handler=row, entry=entry(), reason="復職", by=keeper, at=timezone.now())

        assert sign_in(operator)[1].status_code == 302
        reasons = [one.history_change_reason for one in row.history.order_by("history_id")]
        assert reasons == ["退職", "復職"]

    def test_a_change_that_ends_the_entry_ends_the_sessions(self, operator, keeper):
        client = desk(operator)
        row = Handler.objects.get(staff=operator)
        over = entry(from_on=days(-9), until_on=days(-1))
        handlers.change(handler=row, entry=over, reason="終了", by=keeper, at=timezone.now())

        assert Staff.objects.get(pk=operator.pk).auth_epoch == 2
        assert client.get("/").status_code == 302


class TestEntries:
    def test_a_sub_contractor_needs_the_consent_number(self, keeper):
        for number in ("", "  "):
            with pytest.raises(handlers.ConsentMissing):
                handlers.enlist(
                    entry=entry(organisation_kind="subcontractor", consent_number=number),
                    staff=None, reason="x", by=keeper, at=timezone.now(),
                )  # fmt: skip
        with pytest.raises(IntegrityError), municipality_atomic():
            cast.handler(keeper_less(), organisation_kind="subcontractor")

    def test_dates_stand_in_order(self, keeper):
        with pytest.raises(handlers.EndsBeforeItBegins):
            handlers.enlist(
                entry=entry(until_on=days(-1)), staff=None, reason="x", by=keeper, at=timezone.now()
            )

    def test_one_account_has_one_entry(self, operator, keeper):
        with pytest.raises(handlers.AlreadyListed):
            handlers.enlist(entry=entry(), staff=operator, reason="x", by=keeper, at=timezone.now())

    def test_who_ends_within_a_month_is_listed_the_soonest_first(self, keeper):
        for name, left in (("later", 31), ("second", 20), ("first", 0)):
            handlers.enlist(
                entry=entry(person_name=name, trained_until=days(left)), staff=None, reason="x",
                by=keeper, at=timezone.now(),
            )  # fmt: skip

        assert [row.person_name for row in handlers.ends_soon(on=TODAY)] == ["first", "second"]


def keeper_less():
    staff = Staff(login_name="nobody-yet", display_name="x", organisation="x", role="operator")
    staff.save()
    return staff


class TestBeforeTheRegister:
    def test_accounts_of_before_are_listed_for_ninety_days(self, served):
        from importlib import import_module

        from django.db import connection

        step = import_module("tenancy.migrations.0007_list_present_accounts")
        staff, gone = keeper_less(), cast.staff("auditor", is_active=False)
        Handler.objects.filter(staff=gone).delete()

        class Editor:
            pass

        editor = Editor()
        editor.connection = connection
        for _time in range(2):
            step.list_present_accounts(apps, editor)

        row = Handler.objects.get(staff=staff)
        assert row.trained_until == TODAY + timedelta(days=90)
        assert row.gap(on=TODAY) is None
        assert not Handler.objects.filter(staff=gone).exists()


class TestPages:
    NEW = {
        "login_name": "hanako.m", "display_name": "見本　花子", "role": "operator",
        "organisation": "再委託 株式会社", "organisation_kind": "contractor", "position": "handler",
    }  # fmt: skip

    def given(self, **changed):
        return self.NEW | {"from_on": str(days(0)), "trained_until": str(days(100))} | changed

    def test_an_account_is_made_with_its_entry(self, keeper):
        desk(keeper).post("/staff/new/", self.given())

        staff = Staff.objects.get(login_name="hanako.m")
        assert staff.handler.gap(on=TODAY) is None
        assert handlers.unlisted(on=TODAY) == []

    @pytest.mark.parametrize("left_out", ["from_on", "trained_until", "organisation_kind", "position"])  # fmt: skip
    def test_no_account_without_a_whole_entry(self, keeper, left_out):
        answer = desk(keeper).post("/staff/new/", self.given(**{left_out: ""}))

        assert answer.status_code == 422
        assert not Staff.objects.filter(login_name="hanako.m").exists()

    def test_a_sub_contractor_s_consent_is_asked_for_in_words(self, keeper):
        answer = desk(keeper).post("/staff/new/", self.given(organisation_kind="subcontractor"))

        assert "区の承諾番号が必要です" in answer.text

    def test_a_name_that_is_taken_leaves_no_entry(self, keeper):
        before = Handler.objects.count()
        answer = desk(keeper).post("/staff/new/", self.given(login_name=keeper.login_name))

        assert answer.status_code == 422
        assert Handler.objects.count() == before

    def test_the_list_and_its_sheet_open_for_those_who_may(self, keeper, operator):
        cast.staff("ward_officer")
        for role in ("ward_officer", "auditor", "contractor"):
            client = desk(cast.staff(role))
            assert operator.display_name in client.get("/handlers/").text
            assert operator.display_name in client.get("/handlers/printed/").text
        assert desk(operator).get("/handlers/").status_code == 403

    def test_the_sheet_names_nobody_who_is_not_in_force(self, keeper, operator):
        Handler.objects.filter(staff=operator).update(struck_off_at=timezone.now())

        assert operator.display_name not in desk(keeper).get("/handlers/printed/").text

    def test_readers_change_nothing(self, operator):
        row = Handler.objects.get(staff=operator)
        officer = desk(cast.staff("ward_officer"))

        assert officer.get(f"/handlers/{row.pk}/").status_code == 200
        for path in (f"/handlers/{row.pk}/change/", f"/handlers/{row.pk}/strike-off/", "/handlers/new/"):  # fmt: skip
            assert officer.post(path, {"off-reason": "x"}).status_code == 403
        row.refresh_from_db()
        assert row.struck_off_at is None

    def test_somebody_without_an_account_is_entered_and_struck_off(self, keeper):
        client = desk(keeper)
        told = self.given(staff="", reason="届出")
        made = client.post("/handlers/new/", told)
        row = Handler.objects.get(person_name="見本　花子")
        refused = client.post(f"/handlers/{row.pk}/strike-off/", {"off-reason": ""})
        done = client.post(f"/handlers/{row.pk}/strike-off/", {"off-reason": "退職"})

        row.refresh_from_db()
        assert (made.status_code, refused.status_code, done.status_code) == (302, 422, 302)
        assert row.struck_off_at is not None
        assert "退職" in client.get(f"/handlers/{row.pk}/").text

    def test_a_training_is_renewed_by_another_keeper_only(self, keeper, operator):
        client = desk(keeper)
        for staff, status in ((operator, 302), (keeper, 409)):
            row = Handler.objects.get(staff=staff)
            told = {f"change-{name}": value for name, value in self.given(reason="研修").items()}
            assert client.post(f"/handlers/{row.pk}/change/", told).status_code == status

    def test_the_list_of_accounts_shows_who_is_stopped(self, keeper, operator):
        Handler.objects.filter(staff=operator).update(trained_until=date(2020, 1, 2))

        assert str(Gap.UNTRAINED.label) in desk(keeper).get("/staff/").text
        assert operator.login_name in desk(keeper).get("/handlers/").text


class TestCommand:
    def run(self, *arguments):
        from tests.unit.tenancy.test_staff_command import run

        return run(*arguments)

    def test_the_first_account_gets_its_entry(self, served):
        self.run("create", "--login-name", "first.one", "--role", "contractor")

        staff = Staff.objects.get(login_name="first.one")
        assert staff.handler.gap(on=TODAY) is None

    def test_a_training_is_renewed_where_no_keeper_is_left(self, keeper):
        Handler.objects.filter(staff=keeper).update(trained_until=date(2020, 1, 2))
        self.run("renew", "--login-name", keeper.login_name, "--trained-until", str(days(30)))

        assert Staff.objects.get(pk=keeper.pk).gap(on=TODAY) is None
