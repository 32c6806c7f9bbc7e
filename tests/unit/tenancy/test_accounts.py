"""Accounts: made, moved and stopped by those who may; a lost second factor takes two."""

import json

import pytest

from tenancy import accounts, live
from tenancy.models import SecondFactorReset, Staff
from tenancy.second_factor import is_set_up
from tests import cast
from tests.cast import NOW
from tests.serving import with_second_factor


@pytest.fixture
def keeper(served):
    return cast.staff("contractor", display_name="委託先管理者 試験 四")


@pytest.fixture
def colleague(served):
    return cast.staff("contractor")


@pytest.fixture
def operator(served):
    return with_second_factor(cast.staff("operator"))


def told(by, **more):
    return {"reason": "試験のため", "by": by, "at": NOW, **more}


class TestCreating:
    def test_gives_a_one_time_password_that_is_kept_nowhere(self, keeper):
        staff, password = accounts.create(
            login_name="yamada.t", display_name="見本 花子", organisation="見本市", role="operator",
            by=keeper, at=NOW,
        )  # fmt: skip

        assert staff.check_password(password)
        assert staff.must_change_password
        assert password not in str(Staff.objects.values().get(pk=staff.pk))
        assert not hasattr(staff.history.get(), "password")

    def test_passwords_are_argon2(self, keeper, settings):
        settings.PASSWORD_HASHERS = ["tenancy.hashers.Argon2"]
        staff, password = accounts.create(
            login_name="yamada.t", display_name="-", organisation="-", role="operator",
            by=keeper, at=NOW,
        )  # fmt: skip

        assert staff.password.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
        assert staff.check_password(password)

    def test_refuses_a_name_that_is_taken(self, keeper, operator):
        with pytest.raises(accounts.LoginNameTaken):
            accounts.create(
                login_name=operator.login_name, display_name="-", organisation="-",
                role="operator", by=keeper, at=NOW,
            )  # fmt: skip

    def test_refuses_a_role_that_is_not_there(self, keeper):
        with pytest.raises(ValueError):
            accounts.create(
                login_name="yamada.t", display_name="-", organisation="-", role="root",
                by=keeper, at=NOW,
            )  # fmt: skip


class TestChanging:
    def test_raises_the_epoch_and_tells_why(self, keeper, operator):
        changed = accounts.change_role(staff=operator, role="supervisor", **told(keeper))

        line = changed.history.latest("history_id")
        assert changed.auth_epoch == operator.auth_epoch + 1
        assert (line.role, line.history_user, line.history_change_reason) == ("supervisor", keeper, "試験のため")  # fmt: skip

    def test_rings_at_open_sockets_after_the_commit(self, live_municipalities, monkeypatch):
        from tenancy.current import serving

        rung = []
        monkeypatch.setattr(live, "_ring", lambda channel, ring: rung.append((channel, json.dumps(ring))))  # fmt: skip
        with serving(live_municipalities.mihon):
            keeper, operator = cast.staff("contractor"), cast.staff("operator")
            accounts.disable(staff=operator, **told(keeper))

        assert rung == [("waku:doorbell:999997", json.dumps({"topic": f"staff.{operator.pk}", "seq": 2}))]  # fmt: skip

    def test_nobody_changes_their_own_rights(self, keeper, colleague):
        for verb, more in (
            (accounts.change_role, {"role": "ward_officer"}),
            (accounts.disable, {}),
            (accounts.enable, {}),
            (accounts.issue_password, {}),
        ):
            with pytest.raises(accounts.NotOneself):
                verb(staff=keeper, **told(keeper, **more))

    @pytest.mark.parametrize("way", ["disable", "change_role"])
    def test_the_last_keeper_stays(self, served, keeper, way):
        by = cast.staff("operator")  # somebody whose own account is not the one in question
        more = {"role": "operator"} if way == "change_role" else {}

        with pytest.raises(accounts.LastKeeper):
            getattr(accounts, way)(staff=keeper, **told(by, **more))

    def test_a_stopped_account_comes_back_but_not_for_the_keeper(self, keeper, operator):
        accounts.disable(staff=operator, **told(keeper))
        back, password = accounts.enable(staff=operator, **told(keeper))

        assert back.is_active
        assert back.check_password(password)
        assert back.must_change_password
        assert is_set_up(back)  # one keeper alone never becomes somebody else

    def test_a_new_password_leaves_the_second_factor(self, keeper, operator):
        changed, password = accounts.issue_password(staff=operator, **told(keeper))

        assert changed.check_password(password)
        assert is_set_up(changed)


class TestPowerfulRoles:
    """Whoever can reach many people's data is let in by two keepers."""

    ROLES = ("ward_officer", "contractor", "auditor")

    def test_are_those_that_reach_many(self):
        from tenancy.permissions import Role, is_powerful

        assert {role for role in Role.values if is_powerful(role)} == set(self.ROLES)

    def make(self, role, by):
        return accounts.create(
            login_name="yamada.t", display_name="見本 花子", organisation="見本市", role=role,
            by=by, at=NOW,
        )  # fmt: skip

    @pytest.mark.parametrize("role", ROLES)
    def test_a_new_account_waits_for_another_keeper(self, keeper, colleague, role):
        staff, password = self.make(role, keeper)

        assert (staff.is_active, password, staff.has_usable_password()) == (False, "", False)
        with pytest.raises(accounts.NeedsAnother):
            accounts.enable(staff=staff, **told(keeper))
        back, password = accounts.enable(staff=staff, **told(colleague))
        assert back.is_active
        assert back.check_password(password)

    @pytest.mark.parametrize("role", ROLES)
    def test_another_role_waits_for_another_keeper(self, keeper, colleague, operator, role):
        changed = accounts.change_role(staff=operator, role=role, **told(keeper))

        assert not changed.is_active
        accounts.issue_password(staff=operator, **told(colleague))  # is no agreement
        accounts.disable(staff=operator, **told(colleague))  # nor is this
        with pytest.raises(accounts.NeedsAnother):
            accounts.enable(staff=operator, **told(keeper))
        assert accounts.enable(staff=operator, **told(colleague))[0].is_active

    def test_the_command_makes_the_first_ones(self, served):
        staff, password = self.make("contractor", None)

        assert staff.is_active
        assert staff.check_password(password)

    def test_one_would_be_enough_without_the_guard(self, keeper, monkeypatch):
        """The guard taken away: one keeper alone becomes an officer."""
        monkeypatch.setattr(accounts, "is_powerful", lambda _role: False)

        staff, password = self.make("ward_officer", keeper)

        assert staff.is_active
        assert staff.check_password(password)


class TestLostSecondFactor:
    def test_takes_one_who_asks_and_another_who_does_it(self, keeper, colleague, operator):
        reset = accounts.ask_reset(staff=operator, **told(keeper))
        with pytest.raises(accounts.SecondPersonMissing):
            accounts.grant_reset(reset=reset, by=keeper, at=NOW)
        assert is_set_up(operator)

        accounts.grant_reset(reset=reset, by=colleague, at=NOW)

        assert not is_set_up(operator)
        kept = SecondFactorReset.objects.get()
        assert (kept.asked_by, kept.answered_by, kept.was_granted) == (keeper, colleague, True)

    def test_nobody_grants_their_own(self, keeper, colleague):
        with_second_factor(colleague)
        reset = accounts.ask_reset(staff=colleague, **told(keeper))

        with pytest.raises(accounts.NotOneself):
            accounts.grant_reset(reset=reset, by=colleague, at=NOW)

    def test_the_database_refuses_one_person_in_both_parts(self, keeper, operator):
        from django.db import IntegrityError, transaction

        reset = accounts.ask_reset(staff=operator, **told(keeper))
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondFactorReset.objects.filter(pk=reset.pk).update(answered_by=keeper, was_granted=True)  # fmt: skip

    def test_is_asked_for_once_and_answered_once(self, keeper, colleague, operator):
        reset = accounts.ask_reset(staff=operator, **told(keeper))
        with pytest.raises(accounts.ResetPending):
            accounts.ask_reset(staff=operator, **told(colleague))

        accounts.refuse_reset(reset=reset, by=keeper, at=NOW)

        assert is_set_up(operator)
        with pytest.raises(accounts.AlreadyAnswered):
            accounts.grant_reset(reset=reset, by=colleague, at=NOW)

    def test_never_bypasses_the_second_factor(self, keeper, colleague, operator):
        from tests.serving import desk

        reset = accounts.ask_reset(staff=operator, **told(keeper))
        accounts.grant_reset(reset=reset, by=colleague, at=NOW)
        client = desk(None)
        client.post("/sign-in/", {"login": operator.login_name, "password": "a-long-dummy-password"})  # fmt: skip

        for path in ("/", "/staff/", "/account/recovery-codes/"):
            assert client.get(path)["Location"] == "/account/second-factor/"
