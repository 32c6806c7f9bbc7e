"""Whose data is being served; the house refuses to guess (自治体の取り違え防止)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from tenancy.directory.models import Municipality

_served: ContextVar["Municipality | None"] = ContextVar("municipality", default=None)


class NoMunicipality(RuntimeError):
    """Something asked for a municipality's data without saying whose."""


def current() -> "Municipality":
    """The municipality being served; raises NoMunicipality outside of serving()."""
    municipality = _served.get()
    if municipality is None:
        raise NoMunicipality("No municipality is being served here.")
    return municipality


def current_or_none() -> "Municipality | None":
    """The municipality being served, or None: for the backend and for log lines only."""
    return _served.get()


def serve(municipality: "Municipality") -> None:
    """Serve one municipality until forget(): for request entrances, whose end is a signal."""
    _served.set(municipality)


def forget(**_signal: Any) -> None:
    """Serve nobody."""
    _served.set(None)


@contextmanager
def serving(municipality: "Municipality") -> Iterator["Municipality"]:
    """Serve one municipality inside the block and the former one (or none) after it."""
    token = _served.set(municipality)
    try:
        yield municipality
    finally:
        _served.reset(token)


def municipality_atomic(
    *, savepoint: bool = True, durable: bool = False
) -> AbstractContextManager[None]:
    """A transaction on the database that holds the municipality being served."""
    return transaction.atomic(using=current().database, savepoint=savepoint, durable=durable)


def owner_atomic(alias: str) -> AbstractContextManager[None]:
    """A transaction of the schema's owner, for commands; `alias` as schemas.owner_of() says."""
    current()
    return transaction.atomic(using=alias)


def on_commit(function: Any) -> None:
    """Run after the municipality's transaction commits; at once when none is open."""
    transaction.on_commit(function, using=current().database)


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: every key names its municipality, or NoMunicipality is raised."""
    return f"m:{current().code}:{key_prefix}:{version}:{key}"
