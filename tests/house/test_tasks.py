"""Every task says whose data it works on, or that it works on nobody's."""

import inspect

import pytest
from django.conf import settings

from config.celery import app
from tenancy.entrances.celery import HOUSE_TASKS
from tests.house.sources import APPS

KEYWORD = inspect.Parameter.KEYWORD_ONLY


def our_tasks():
    """Every task of ours, by name."""
    app.loader.import_default_modules()
    found = {name: one for name, one in app.tasks.items() if name.split(".", 1)[0] in APPS}
    assert found
    return found


def faults(name, function, *, house):
    """What is wrong with a task's way of being asked."""
    given = inspect.signature(function).parameters
    code = given.get("municipality_code")
    if house:
        return [f"{name}: a house task takes a municipality"] if code else []
    if code is None or code.kind is not KEYWORD or code.default is not inspect.Parameter.empty:
        return [f"{name}: municipality_code must be asked for by keyword"]
    return [f"{name}: {one.name} by keyword" for one in given.values() if one.kind is not KEYWORD]


class TestTasks:
    def test_name_their_municipality_by_keyword(self):
        wrong = []
        for name, task in our_tasks().items():
            wrong += faults(name, task.run, house=name in HOUSE_TASKS)

        assert wrong == []

    def test_of_nobody_are_in_the_list_of_house_tasks(self):
        assert set(our_tasks()) >= HOUSE_TASKS

    def test_one_that_does_not_is_found(self):
        def send(message_id): ...
        def send_all(*, municipality_code): ...

        assert faults("a.tasks.send", send, house=False)
        assert faults("a.tasks.send_all", send_all, house=True)
        assert not faults("a.tasks.send_all", send_all, house=False)


class TestSchedule:
    def test_names_existing_house_tasks_only(self):
        named = {line["task"] for line in app.conf.beat_schedule.values()}

        assert named <= set(our_tasks())
        assert named <= HOUSE_TASKS

    def test_nothing_waits_in_the_broker(self):
        # ETA and countdown are lost with Valkey and doubled by its visibility timeout.
        from tests.house.sources import python

        wrong = [
            one.path for one in python()
            if "countdown=" in one.text or "eta=" in one.text or "apply_async(" in one.text
        ]  # fmt: skip

        assert wrong == []
        assert settings.USE_TZ


class TestATaskWithoutAMunicipality:
    def test_finds_nobody_served(self, stage):
        from tenancy.current import NoMunicipality, current

        @app.task(name="tests.nobody")
        def nobody():
            current()

        with pytest.raises(NoMunicipality):
            nobody.apply().get()
        app.tasks.pop("tests.nobody")
