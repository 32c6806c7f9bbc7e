"""The stage asks its processes as Docker asks containers, and says once who is not well."""

import os
import time

import pytest

from config.stage import shape
from config.stage.shape import Health
from config.stage.watch import Watch

WELL, UNWELL = "pass", "import sys; sys.exit('stuck for 90 s')"
HANGING = "import time; time.sleep(60)"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def health(program, **more):
    told = {"interval": 10.0, "timeout": 5.0, "retries": 3, "start_period": 0.5} | more
    return Health(command=["python", "-c", program], **told)


def rounds(watch, clock, count, seconds=11):
    """So many questions, each with its answer heard."""
    told = []
    for _ in range(count):
        told += watch.unwell()
        for one in watch._watched.values():
            if one.asking is not None and HANGING not in one.health.command:
                one.asking.wait(60)
        clock.now += 1
        told += watch.unwell()
        clock.now += seconds
    return told


def watching(clock, program, **more):
    watch = Watch(clock)
    watch.begin("chainer-1", health(program, **more), {"PATH": os.defpath})
    return watch


class TestWatch:
    def test_says_nothing_of_who_is_well(self, clock):
        assert rounds(watching(clock, WELL), clock, 4) == []

    def test_says_once_who_answered_badly_often_enough(self, clock):
        watch = watching(clock, UNWELL)

        assert rounds(watch, clock, 2) == []
        assert rounds(watch, clock, 3) == [("chainer-1", "stuck for 90 s")]

    def test_who_never_answers_is_unwell_too(self, clock):
        watch = watching(clock, HANGING)
        told = rounds(watch, clock, 8, seconds=6)
        watch.forget("chainer-1")

        assert told == [("chainer-1", "no answer")]

    def test_leaves_time_to_start(self, clock):
        assert rounds(watching(clock, UNWELL, start_period=1e6), clock, 4) == []

    def test_waits_for_no_answer(self, clock):
        watch = watching(clock, HANGING)
        began = time.monotonic()
        list(watch.unwell())
        list(watch.unwell())

        assert time.monotonic() - began < 30
        watch.forget("chainer-1")


class TestTheComposeFile:
    @pytest.mark.parametrize("name", shape.ours())
    def test_says_how_each_is_asked(self, name):
        told = shape.health(name, port=7 if shape.listens(name) else 0)

        assert told.command[0] == "python"
        assert (told.command[-1] == "7") == shape.listens(name)
        assert bool(told.pulses) != shape.listens(name)
        assert told.timeout <= 20
