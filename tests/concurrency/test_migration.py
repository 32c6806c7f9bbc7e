"""Migrating many municipalities: killed half-way, it goes on where it was."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tenancy import schemas
from tenancy.directory.models import Municipality, Relocation

pytestmark = pytest.mark.concurrency
ROOT = Path(__file__).parents[2]


def rows():
    return Municipality.objects.using("owner")


@pytest.fixture
def behind(live_municipalities):
    """Both municipalities are of an older version."""
    rows().update(migrated_to="")
    yield
    rows().update(migrated_to=schemas.newest())


def migrate(**options):
    out = StringIO()
    call_command("municipality", "migrate", stdout=out, **options)
    return out.getvalue()


class TestMigrate:
    def test_brings_everybody_to_the_newest_and_says_so(self, behind):
        said = migrate(parallel=2)

        assert "0/2 は新しい版です" in said
        assert "2/2" in said
        assert schemas.behind() == []

    def test_leaves_alone_who_is_new_already(self, stage, monkeypatch):
        monkeypatch.setattr(schemas, "migrate", lambda _: pytest.fail("migrated again"))

        assert "2/2 は新しい版です。残り 0" in migrate()

    def test_one_that_cannot_holds_up_nobody_and_is_named(self, behind, mihon):
        moving = Relocation.objects.using("owner").create(
            municipality=mihon, source="default", target="apart", begun_at=timezone.now()
        )
        with pytest.raises(CommandError, match="999997"):
            migrate(parallel=1)

        assert [one.code for one in schemas.behind()] == ["999997"]
        moving.delete(using="owner")
        assert "残り 1" in migrate()

    def test_killed_half_way_goes_on_where_it_was(self, behind):
        command = [sys.executable, "bin/manage", "municipality", "migrate", "--parallel", "1"]
        started = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(schemas.behind()) == 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        left = len(schemas.behind())

        said = migrate()

        assert left < 2
        assert f"残り {left}" in said
        assert schemas.behind() == []
