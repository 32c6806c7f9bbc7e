"""Doors ask and tell through verbs and questions; only doors read the clock."""

import ast

from tests.house.sources import Source, assert_none, called, python

CLOCKS = {
    "timezone.now", "django.utils.timezone.now", "datetime.now", "datetime.utcnow",
    "datetime.today", "datetime.datetime.now", "date.today", "datetime.date.today", "time.time",
    "localdate", "timezone.localdate", "localtime", "timezone.localtime",
}  # fmt: skip
NEED_A_MOMENT = {"localdate", "localtime"}  # harmless once they are given one
# Beside the doors, who may read the clock, and why.
CLOCK_READERS = {
    "config/stage/__main__.py": "a command: its certificates begin now",
    "privacy/forms.py": "allauth calls these forms itself and hands no moment in",
    "privacy/sign_in.py": "allauth's adapter: a door that a library opens",
    "config/inside.py": "the door of the house's own questions",
    "tenancy/policies.py": "a middleware of Django's",
    "tenancy/session_store.py": "a session store that Django opens and hands no moment in",
    "tenancy/sessions.py": "a middleware and a signal of Django's",
}


def data_seen(source):
    """Where a door reaches for rows itself."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield f"{source.path}:{node.lineno}: .{node.attr}"


def clocks_read(source):
    """Where the clock is read."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called(node) in CLOCKS:
            given = node.args or node.keywords
            if called(node).rsplit(".", 1)[-1] in NEED_A_MOMENT and given:
                continue
            yield f"{source.path}:{node.lineno}: {called(node)}()"


class TestDoors:
    def test_never_touch_rows_themselves(self):
        doors = [one for one in python() if one.is_door and "demo/" not in one.path]

        assert_none(line for one in doors for line in data_seen(one))

    def test_a_door_that_touches_rows_is_found(self):
        door = Source("booking/views/claim.py", "def claim(r):\n    Slot.objects.get(pk=1)\n")

        assert door.is_door
        assert list(data_seen(door)) == ["booking/views/claim.py:2: .objects"]


class TestTheClock:
    def test_is_read_by_doors_only(self):
        others = [one for one in python() if not one.is_door and one.path not in CLOCK_READERS]

        assert_none(line for one in others for line in clocks_read(one))

    def test_every_exception_is_still_needed(self):
        readers = {one.path for one in python() if list(clocks_read(one))}

        assert set(CLOCK_READERS) <= readers

    def test_a_verb_that_reads_the_clock_is_found(self):
        verb = Source(
            "booking/holds.py",
            "def expire():\n    timezone.now()\n    localdate()\n    localdate(at)\n"
            "    datetime.now(UTC)\n",
        )

        assert not verb.is_door
        assert [line.split(": ")[1] for line in clocks_read(verb)] == [
            "timezone.now()", "localdate()", "datetime.now()",
        ]  # fmt: skip
