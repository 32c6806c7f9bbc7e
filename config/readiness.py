"""Whether this process may be given requests: the database answers and has our migrations."""

from functools import cache
from typing import Final

from django.apps import apps
from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.loader import MigrationLoader
from psycopg_pool import PoolTimeout

from tenancy import municipalities
from tenancy.current import serving

APPLIED = "SELECT app, name FROM django_migrations"
_found_whole: Final[list[bool]] = []


def missing() -> str:
    """What stands in the way, in a few words without any value; empty when nothing does.

    The migrations are looked at until all are there, then never again: they are not taken back
    under a running process, and a municipality made later is made from the same code.
    """
    try:
        with connections["directory"].cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _found_whole:
            behind = _behind()
            if behind:
                return behind
            _found_whole.append(True)
    except (DatabaseError, InterfaceError, PoolTimeout):
        return "database: no answer"
    return ""


def _behind() -> str:
    """The first place that lacks a migration of this code."""
    of_the_directory, of_a_municipality = wanted()
    if _lacks("directory", of_the_directory):
        return "migrations: the directory is behind"
    for municipality in municipalities.all_open():
        with serving(municipality):
            if _lacks(municipality.database, of_a_municipality):
                return f"migrations: {municipality.code} is behind"
    return ""


def _lacks(alias: str, wanted_there: frozenset[tuple[str, str]]) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute(APPLIED)
        return not wanted_there <= set(cursor.fetchall())


@cache
def wanted() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """The newest migrations of this code: those of the directory, those of a municipality."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    leaves = set(loader.graph.leaf_nodes())
    label = apps.get_app_config("directory").label
    directory = frozenset(leaf for leaf in leaves if leaf[0] == label)
    return directory, frozenset(leaves - directory)
