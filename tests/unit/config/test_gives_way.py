"""Shares of the compose file become steps of nice; every process of it is known to the stage."""

import os
import subprocess
import sys

import pytest

from config import gives_way
from config.stage import shape
from tests.house.sources import ROOT
from tests.unit.config.test_production_shape import VALUES


@pytest.mark.parametrize(("shares", "steps"), [(8192, 0), (4096, 3), (1024, 9), (512, 12), (2, 19)])
def test_fewer_shares_are_more_steps(shares, steps):
    assert gives_way.steps_for(shares) == steps


def test_the_command_runs_with_what_it_was_given():
    said = subprocess.run(
        [sys.executable, "-m", "config.gives_way", "7", sys.executable, "-c",
         "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"],
        check=True, cwd=ROOT, capture_output=True, text=True, start_new_session=True, timeout=60,
    ).stdout  # fmt: skip

    assert int(said) == max(7, os.getpriority(os.PRIO_PROCESS, 0))


def test_on_one_machine_residents_give_way_to_operators():
    steps = {name: shape.part(name, values=VALUES, addresses={}).gives_way for name in shape.ours()}

    assert steps["desk"] == steps["live"] == 0
    assert steps["worker"] > steps["web"] > steps["announcer"] > 0


def test_every_process_that_does_not_listen_is_known_by_its_pulse():
    silent = [name for name in shape.ours() if not shape.listens(name)]

    assert silent
    assert [name for name in silent if not shape.health(name).pulses] == []
