"""bin/manage staff: the first account of a municipality."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenancy.models import Staff


def run(*arguments):
    said = StringIO()
    call_command("staff", *arguments, municipality="999997", stdout=said)
    return said.getvalue()


def create(name="yamada.t", *more):
    return run("create", "--login-name", name, "--role", "contractor", *more)


class TestStaffCommand:
    def test_prints_a_one_time_password_that_works_once_changed(self, served):
        said = create()

        password = re.search(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", said)[0]
        staff = Staff.objects.get(login_name="yamada.t")
        assert staff.check_password(password)
        assert staff.must_change_password
        assert "staff.mihon.localhost/sign-in/" in said

    def test_takes_a_password_from_a_file(self, served, folder):
        file = folder / "password"
        file.write_text("kasumi-tanagokoro-2026\n")

        said = create("yamada.t", "--password-file", str(file))

        staff = Staff.objects.get(login_name="yamada.t")
        assert staff.check_password("kasumi-tanagokoro-2026")
        assert not staff.must_change_password
        assert "kasumi" not in said

    @pytest.mark.parametrize("password", ["short", "123456789012345678", "1qaz2wsx3edc4rfv"])
    def test_refuses_a_poor_password(self, served, folder, password):
        file = folder / "password"
        file.write_text(password)

        with pytest.raises(CommandError):
            create("yamada.t", "--password-file", str(file))

    def test_refuses_a_name_twice_and_a_name_that_is_not_plain(self, served):
        create()

        for name in ("yamada.t", "Yamada", "ｙａｍａｄａ", "x"):
            with pytest.raises(CommandError):
                create(name)

    def test_refuses_a_municipality_that_is_not_there(self, served):
        with pytest.raises(CommandError):
            call_command("staff", "list", municipality="000000")

    def test_lists_them(self, served):
        create()

        assert "yamada.t contractor 有効" in run("list")
