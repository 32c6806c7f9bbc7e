"""One plain connection of the schema's owner, apart from Django's: a dump empties its search path."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

from tenancy import schemas
from tenancy.directory.models import Municipality


def settings_of(municipality: Municipality) -> dict[str, str]:
    """Where the owner of this municipality's schema signs in."""
    found = connections[schemas.owner_of(municipality)].settings_dict
    return {name: str(found[name]) for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")}


@contextmanager
def connected(municipality: Municipality) -> Iterator[psycopg.Connection]:
    """One transaction of the owner; it commits at the end of the block and not before."""
    at = settings_of(municipality)
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"],
        dbname=at["NAME"],
    ) as connection:  # fmt: skip
        yield connection
