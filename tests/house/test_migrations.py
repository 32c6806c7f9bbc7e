"""Migrations say what they are for and can be taken back."""

import re

from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests.house.sources import APPS, ROOT, assert_none

MACHINE_NAME = re.compile(r"_auto_|_alter_|_rename_.*_and_more$|_and_more$|^\d{4}_\w*\d{8}")


def ours():
    """(path, migration) of every migration of ours."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = []
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        module = type(migration).__module__
        if module.split(".", 1)[0] in APPS:
            found.append((f"{label}/{name}", migration))
    assert found
    return found


def irreversible(operation):
    """Whether an operation cannot be taken back."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return any(irreversible(one) for one in operation.database_operations)
    return not operation.reversible


def nameless(operation):
    """Data steps whose function does not say what it does."""
    if not isinstance(operation, migrations.RunPython):
        return False
    return operation.code.__name__ in {"forwards", "forward", "run", "migrate", "func", "<lambda>"}


class TestMigrations:
    def test_are_named_with_intent(self):
        assert_none(path for path, _ in ours() if MACHINE_NAME.search(path.split("/")[1]))

    def test_data_steps_say_what_they_do(self):
        assert_none(path for path, one in ours() if any(map(nameless, one.operations)))

    def test_can_be_taken_back(self):
        assert_none(path for path, one in ours() if any(map(irreversible, one.operations)))

    def test_stand_in_one_row(self):
        loader = MigrationLoader(None, ignore_no_migrations=True)

        assert loader.detect_conflicts() == {}

    def test_each_fault_is_found(self):
        def forwards(apps, schema_editor): ...

        assert MACHINE_NAME.search("0002_auto_20260601_1010")
        assert MACHINE_NAME.search("0002_alter_slot_ends_at_and_more")
        assert irreversible(migrations.RunPython(forwards))
        assert nameless(migrations.RunPython(forwards))
        assert not irreversible(migrations.RunPython(forwards, migrations.RunPython.noop))


class TestFolders:
    def test_hold_migrations_only(self):
        strange = [
            str(path.relative_to(ROOT))
            for app in APPS
            for path in (ROOT / app).rglob("migrations/*.py")
            if path.name != "__init__.py" and not re.match(r"\d{4}_", path.name)
        ]

        assert strange == []
