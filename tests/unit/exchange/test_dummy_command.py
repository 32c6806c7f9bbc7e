"""bin/manage dummy_targets: files as a clerk makes them, never over another."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from exchange import sealing


@pytest.fixture
def make(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a dummy password\n", encoding="utf-8")

    def run(name, **options):
        path = tmp_path / name
        told = {"municipality": "999997", "people": 20, "password_file": secret} | options
        call_command("dummy_targets", path, stdout=io.StringIO(), **told)
        return path

    return run


def test_a_zip_opens_with_the_password_and_has_no_cover_sheet(make):
    path = make("x.zip")
    with sealing.open_container(path=path, password="a dummy password") as found:
        content = found.stream.read()

    assert found.manifest is None
    assert found.name.startswith("TGT_999997_")
    assert content.count(b"\r\n") == 21


def test_a_csv_may_be_in_the_old_code_of_windows(make):
    text = make("x.csv", encoding="cp932", gaiji=0, people=300).read_bytes().decode("cp932")

    assert text.startswith('"処理区分"')
    assert text.count("\r\n") == 301


def test_never_writes_over_a_file(make):
    make("x.csv")

    with pytest.raises(CommandError):
        make("x.csv")


@pytest.mark.parametrize(
    "options", [{"municipality": "999998"}, {"municipality": "x"}, {"errors": 21}]
)
def test_says_what_is_wrong(make, options):
    with pytest.raises(CommandError):
        make("x.csv", **options)


def test_needs_a_password(make, tmp_path):
    (tmp_path / "empty").write_text("\n", encoding="utf-8")

    with pytest.raises(CommandError):
        make("x.zip", password_file=tmp_path / "empty")
