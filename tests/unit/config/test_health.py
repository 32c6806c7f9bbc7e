"""Processes without a door show that they turn; whoever stopped turning is seen."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from celery.beat import PersistentScheduler
from django.utils import timezone

from config.beat import Scheduler
from config.celery import app
from config.stand_in import StandIn
from privacy import chainer
from shared import pulse
from venues.announcer import Announcer

HOUSE = Path(pulse.__file__).parents[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("WAKU_PULSE_FOLDER", str(tmp_path / "made"))
    return tmp_path / "made"


def alive(*words):
    return subprocess.run(
        [sys.executable, "bin/alive", *words],
        cwd=HOUSE, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip


def wait_for(truth):
    deadline = time.monotonic() + 60
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestAlive:
    def test_is_who_has_just_turned(self, folder):
        pulse.beat("links")

        assert alive("links:60").returncode == 0

    def test_is_not_who_turned_long_ago_or_never(self, folder):
        pulse.beat("links")
        pulse.beat("anchors")
        os.utime(folder / "links", (1, 1))
        said = alive("links:60", "anchors:60", "beat:60")

        assert said.returncode == 1
        assert "links" in said.stderr
        assert "beat: never" in said.stderr
        assert "anchors" not in said.stderr

    def test_nobody_without_the_folder(self, monkeypatch):
        monkeypatch.delenv("WAKU_PULSE_FOLDER", raising=False)

        assert alive("links:60").returncode == 1

    def test_a_full_disk_ends_no_process(self, monkeypatch, tmp_path):
        (tmp_path / "file").touch()
        monkeypatch.setenv("WAKU_PULSE_FOLDER", str(tmp_path / "file" / "under"))

        pulse.beat("links")

    def test_outside_of_production_nothing_is_written(self, monkeypatch, tmp_path):
        monkeypatch.delenv("WAKU_PULSE_FOLDER", raising=False)
        monkeypatch.chdir(tmp_path)
        pulse.beat("links")

        assert list(tmp_path.iterdir()) == []


def nobody():
    return []


class TestRounds:
    """Each loop shows its pulse, and shows none while one round is stuck."""

    def run_until_seen(self, folder, name, work):
        stop = threading.Event()
        thread = threading.Thread(target=work, args=[stop])
        thread.start()
        try:
            wait_for((folder / name).exists)
        finally:
            stop.set()
            thread.join(60)

    def test_of_the_announcer(self, folder, monkeypatch):
        monkeypatch.setattr("venues.announcer._open_ones", nobody)

        self.run_until_seen(folder, "announcer", Announcer(clock=timezone.now).run)

    @pytest.mark.parametrize(
        ("name", "made"), [("links", chainer.linking), ("anchors", chainer.anchoring)]
    )
    def test_of_the_chainer(self, folder, monkeypatch, name, made):
        monkeypatch.setattr(chainer, "_open_ones", nobody)

        self.run_until_seen(folder, name, made(timezone.now).run)

    def test_of_the_stand_in(self, folder):
        idle = StandIn(takes_work=lambda: True, rounds={"none": 1.0})

        self.run_until_seen(folder, "stand_in", idle.run)

    def test_of_beat(self, folder, monkeypatch):
        monkeypatch.setattr(PersistentScheduler, "tick", lambda _self: 3)
        beat = Scheduler.__new__(Scheduler)

        assert beat.tick() == 3.0
        assert (folder / "beat").exists()
        assert app.conf.beat_scheduler == "config.beat:Scheduler"

    def test_none_while_a_round_is_stuck(self, folder, monkeypatch):
        stuck, free = threading.Event(), threading.Event()

        def hang():
            stuck.set()
            free.wait(60)
            return []

        monkeypatch.setattr(chainer, "_open_ones", hang)
        stop = threading.Event()
        thread = threading.Thread(target=chainer.linking(timezone.now).run, args=[stop])
        thread.start()
        assert stuck.wait(60)
        assert not (folder / "links").exists()
        stop.set()
        free.set()
        thread.join(60)
