"""Default deny: every door declares who may come through, and keeps to it (T04, T22, T23, T49).

The expected answers are worked out from the walked doors and tenancy/permissions.py, so a new
address is tested from the moment it exists.
"""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse

from tenancy.current import serving
from tenancy.permissions import ROLES, Role, allows
from tenancy.policies import CARRIER, PUBLIC, SIGNED_IN, PolicyMiddleware, policy, staff_may
from tests import cast
from tests.house.doors import (
    KINDS,
    Door,
    addresses,
    consumers,
    tasks,
    undeclared,
    without_municipality,
)
from tests.serving import desk, with_second_factor

# Whoever is not staff may open exactly these on the staff host.
OPEN_ON_STAFF_HOST = {
    "health", "content_policy_report", "set_language", "gallery", "gallery_staff",
    "account_login", "mfa_authenticate", "account_logout", "sign_in_by_passkey",
}  # fmt: skip
# What weighs most: sent only with a second factor of the last five minutes (T49).
FRESH_TO_CHANGE = {
    "account_new", "change_role", "disable", "enable", "issue_password", "ask_reset",
    "grant_reset", "refuse_reset", "settings", "stage", "stage_ask", "stage_agree",
    "stage_refuse", "resume", "cut_offs", "new_group", "group", "new_course", "course",
    "lots", "new_programme", "edit_programme", "new_programme_rule", "programme_rule",
    "change_rules", "together_rules",
    "templates", "template", "release", "fetch", "password",
    "handler_new", "handler_change", "handler_strike_off",
    "signing_rule",
    "mfa_add_webauthn", "mfa_remove_webauthn", "reveal", "alert_rules", "incident",
    "settle_counts", "sign_in_end", "sign_ins_end_others", "sender", "decide", "commit", "handover_correct", "handover_answer", "stations", "station_strike_off", "submission_enter", "medium_enter", "medium_give", "medium_end", "handover_next", "print_log_enter", "print_log_file", "print_log_next",
    "voucher", "mailing_new", "mailing_pull", "mailing_call_off", "mailing_close",
    "new_release", "edit_release", "new_release_row", "release_row", "drop_release_row",
    "arm_release", "copy_release", "drop_release", "set_waiting_order",
    "new_lottery", "edit_lottery", "announce_lottery", "close_lottery", "draw_lottery",
    "call_off_lottery",
    "release_rules", "opening_release_rules", "allowances", "agree_allowance",
    "enter_venue", "edit_venue", "enter_vaccine", "edit_vaccine", "reopen_day",
    "watch_marks", "lift_watch_mark",
    "change", "plan", "cancel",  # the front door
    "transfer_person", "leave_out", "look_again", "send_transfer", "undo_transfer",
}  # fmt: skip
BEFORE_THE_SECOND_FACTOR = {"account_change_password", "mfa_activate_totp", "pledge"}


def staff_doors():
    return [door for door in addresses("staff") if door.policy.audience == "staff"]


def ask(client, method, path):
    client.raise_request_exception = False
    return getattr(client, method)(path)


def wants_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


class TestDeclarations:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_address_declares_a_policy(self, kind):
        assert undeclared(addresses(kind)) == []

    def test_every_socket_declares_a_policy_for_staff(self):
        closed = [one.__name__ for one in consumers() if getattr(getattr(one, "policy", None), "audience", "") != "staff"]  # fmt: skip

        assert closed == []

    def test_every_task_names_its_municipality(self):
        assert without_municipality(tasks()) == []

    def test_only_known_pages_of_the_staff_host_are_open_to_strangers(self):
        doors = addresses("staff")

        assert {door.name for door in doors if door.policy == PUBLIC} - OPEN_ON_STAFF_HOST == set()
        assert {door.name for door in doors if door.policy == SIGNED_IN} == BEFORE_THE_SECOND_FACTOR  # fmt: skip
        assert CARRIER not in {door.policy for door in doors}

    def test_exactly_the_known_doors_want_a_fresh_second_factor(self):
        fresh = {door.name for door in staff_doors() if door.policy.fresh}

        assert fresh == FRESH_TO_CHANGE
        assert all(not door.policy.fresh for door in addresses("resident"))

    def test_no_page_of_the_resident_host_is_for_staff(self):
        assert {door.policy for door in addresses("resident")} == {PUBLIC}

    def test_every_permission_is_asked_for_by_name(self):
        for door in staff_doors():
            assert door.policy.permission is not None, str(door)


class TestTheLintItself:
    """Each check above can fail."""

    def test_finds_an_address_without_a_policy(self):
        assert undeclared([Door("staff", "open/", "open", lambda _request: None)]) == ["staff:/open/"]  # fmt: skip

    def test_finds_a_task_without_a_municipality(self):
        class Careless:
            name = "careless"

            @staticmethod
            def run(message_id):
                del message_id

        assert without_municipality([Careless]) == ["careless"]

    def test_a_view_without_a_policy_is_refused(self, rf):
        from django.core.exceptions import PermissionDenied

        keeper = PolicyMiddleware(lambda _request: HttpResponse())
        with pytest.raises(PermissionDenied):
            keeper.process_view(rf.get("/"), lambda _request: HttpResponse(), (), {})


@pytest.fixture
def everyone(served):
    """A signed-in client of each role."""
    from booking import rulebook
    from tenancy.standings import standing

    standing()  # these rows are made when they are first asked for
    rulebook.booking_rules()
    return {role: desk(cast.staff(role)) for role in Role.values}


@pytest.mark.parametrize("method", ["get", "post"])
class TestStaffHost:
    def test_strangers_are_sent_to_sign_in(self, served, method):
        client = desk(None)
        wrong = [str(door) for door in addresses("staff") if door.policy.audience in {"staff", "signed_in"} and not wants_sign_in(ask(client, method, door.path))]  # fmt: skip

        assert wrong == []

    def test_roles_open_what_they_hold_and_nothing_else(self, everyone, method):
        wrong = []
        for door in staff_doors():
            for role, client in everyone.items():
                status = ask(client, method, door.path).status_code
                is_open = status != 403 and status < 500
                if is_open != allows(role, door.policy.permission):
                    wrong.append((str(door), role, status))

        assert wrong == []

    def test_a_stale_second_factor_sends_nothing_that_weighs(self, everyone, method):
        wrong = []
        with time_machine.travel(cast.now() + timedelta(minutes=5, seconds=1), tick=False):
            for door in staff_doors():
                role = holder(door)
                if not door.policy.wants_fresh(method.upper()):
                    continue
                answer = ask(everyone[role], method, door.path)
                asked = answer.status_code == 403 and "もう一度ご本人を確認します" in answer.text
                led = answer.headers.get("Location", "").startswith("/step-up/?next=")
                if not (led if method == "get" else asked):
                    wrong.append(str(door))

        assert wrong == []
        assert method == "get" or any(door.policy.wants_fresh("POST") for door in staff_doors())

    def test_a_session_of_another_municipality_opens_nothing(self, served, tameshi, method):
        with serving(tameshi):
            cookies = [desk(cast.staff(role), label="tameshi").cookies for role in Role.values]
        wrong = []
        for cookie in cookies:
            client = desk(None)
            for door in addresses("staff"):
                if door.policy.audience not in {"staff", "signed_in"}:
                    continue
                client.cookies = cookie.copy()
                if not wants_sign_in(ask(client, method, door.path)):
                    wrong.append(str(door))

        assert wrong == []

    def test_a_password_alone_leads_to_the_second_factor_only(self, served, method):
        client = desk(None)
        client.force_login(cast.staff("ward_officer"))
        answers = {ask(client, method, door.path).headers.get("Location") for door in staff_doors()}

        assert answers == {"/account/second-factor/"}

    def test_a_session_older_than_the_second_factor_is_worth_nothing(self, served, method):
        staff = cast.staff("ward_officer")
        client = desk(None)
        client.force_login(staff)
        cookies = client.cookies.copy()
        with_second_factor(staff)
        for door in addresses("staff"):
            if door.policy.audience in {"staff", "signed_in"}:
                client.cookies = cookies.copy()
                assert wants_sign_in(ask(client, method, door.path)), str(door)

    def test_a_one_time_password_leads_to_a_new_one_only(self, served, method):
        client = desk(cast.staff("contractor", one_time_password_at=cast.now()))
        answers = {ask(client, method, door.path).headers.get("Location") for door in staff_doors()}

        assert answers == {"/account/password/"}

    def test_a_disabled_account_is_a_stranger(self, served, method):
        staff = cast.staff("ward_officer")
        client = desk(staff)
        type(staff).objects.filter(pk=staff.pk).update(is_active=False)

        for door in staff_doors():
            assert wants_sign_in(ask(client, method, door.path)), str(door)


class TestResidentHost:
    def test_no_address_of_the_staff_host_is_there(self, served):
        client = desk(cast.staff("ward_officer"), kind="resident")
        own = {door.path for door in addresses("resident")}
        for door in staff_doors():
            if door.path not in own:
                assert ask(client, "get", door.path).status_code == 404, str(door)

    def test_a_session_of_staff_makes_nobody_staff(self, served):
        staff = cast.staff("ward_officer")
        client = desk(staff, kind="resident")
        for door in addresses("resident"):
            answer = ask(client, "get", door.path)

            assert answer.status_code < 500, str(door)
            assert staff.display_name not in answer.content.decode(errors="replace")

    def test_a_stranger_meets_no_fault_anywhere(self, served):
        for door in addresses("resident"):
            for method in ("get", "post"):
                status = ask(desk(None, kind="resident"), method, door.path).status_code

                assert status < 500, (str(door), method)


class TestHooksHost:
    def test_an_unsigned_callback_is_refused(self, served):
        for door in addresses("hooks"):
            if door.policy == CARRIER:
                answer = ask(desk(None, kind="hooks"), "post", door.path)

                assert answer.status_code in {400, 401, 403}, str(door)


def holder(door):
    """A role that may open this door, if it is a door for staff."""
    if door.policy.audience != "staff":
        return None
    return next(role for role in Role.values if allows(role, door.policy.permission))


# A browser sends its reports without our token; the door writes a log line and nothing else.
TAKES_NO_TOKEN = {"content_policy_report"}


class TestForgery:
    def test_no_unsafe_request_without_a_token_is_taken(self, everyone):
        wrong = []
        for kind in ("staff", "resident"):
            for door in addresses(kind):
                if door.name in TAKES_NO_TOKEN:
                    continue
                client = everyone.get(holder(door)) or desk(None, kind=kind)
                client.handler.enforce_csrf_checks = True
                taken = [
                    (str(door), method)
                    for method in ("post", "put", "patch", "delete")
                    if ask(client, method, door.path).status_code not in {403, 405}
                ]
                wrong += taken

        assert wrong == []

    def test_reading_changes_nothing(self, everyone):
        before = checksum()
        for door in staff_doors():
            for client in everyone.values():
                ask(client, "get", door.path)
        for door in addresses("resident"):
            ask(desk(None, kind="resident"), "get", door.path)

        assert checksum() == before


# What every request may write: the session's age, the log of looks, the count of tries.
WRITTEN_BY_LOOKING = {
    "django_session",
    "tenancy_signin",
    "privacy_accessentry",
    "privacy_failurebudget",
}


def checksum():
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - WRITTEN_BY_LOOKING):
            cursor.execute(f"SELECT string_agg(t::text, '|' ORDER BY t::text) FROM {table} t")
            (rows,) = cursor.fetchone()
            found[table] = hashlib.sha256((rows or "").encode()).hexdigest()
    return found


class TestRoles:
    def test_every_role_has_its_line(self):
        assert set(ROLES) == set(Role.values)

    def test_an_unknown_role_holds_nothing(self):
        for permission in staff_doors():
            assert not allows("nobody", permission.policy.permission)

    def test_the_decorator_keeps_what_it_declares(self):
        from tenancy.permissions import Permission

        declared = policy(staff_may(Permission.EDIT_STAFF))(lambda _request: HttpResponse())

        assert declared.policy.permission == Permission.EDIT_STAFF
