"""Other people's servers behind the same words: WAKU_OTHER_POSTGRES_URL, WAKU_OTHER_VALKEY_URL."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from ._postgres import PostgresServer, bin_folder
from ._valkey import ValkeyServer


@dataclass(frozen=True)
class _Elsewhere:
    """A server somebody else starts and stops."""

    address: str

    def start(self) -> Self:
        """Nothing to start."""
        return self

    def stop(self, *, at_once: bool = False) -> None:
        """Nothing to stop."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()


class OtherPostgres(_Elsewhere):
    """The PostgreSQL of WAKU_OTHER_POSTGRES_URL, whose role may create roles and databases."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.address).port or 5432

    @property
    def bin(self) -> Path:
        """The folder of psql, pg_dump, pgbench."""
        return bin_folder()

    def url(
        self, *, role: str | None = None, database: str | None = None, password: str | None = None
    ) -> str:
        """The address with another role or database in it."""
        parts = urlsplit(self.address)
        login = parts.netloc.rpartition("@")[0]
        if role is not None:
            secret = "" if password is None else f":{quote(password, safe='')}"
            login = f"{quote(role)}{secret}"
        host = parts.netloc.rpartition("@")[2]
        path = parts.path if database is None else f"/{database}"
        return parts._replace(netloc=f"{login}@{host}" if login else host, path=path).geturl()


class OtherValkey(_Elsewhere):
    """The Valkey (or Redis) of WAKU_OTHER_VALKEY_URL."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.address).port or 6379

    def url(self, *, number: int = 0) -> str:
        """The address with another numbered database in it."""
        return urlsplit(self.address)._replace(path=f"/{number}").geturl()


def postgres(
    data_folder: Path | str, port: int = 0, *, settings: Mapping[str, str] | None = None
) -> PostgresServer | OtherPostgres:
    """Our own PostgreSQL in this folder, unless WAKU_OTHER_POSTGRES_URL names another."""
    address = os.environ.get("WAKU_OTHER_POSTGRES_URL")
    return (
        OtherPostgres(address) if address else PostgresServer(data_folder, port, settings=settings)
    )


def valkey(folder: Path | str, port: int = 0) -> ValkeyServer | OtherValkey:
    """Our own Valkey in this folder, unless WAKU_OTHER_VALKEY_URL names another."""
    address = os.environ.get("WAKU_OTHER_VALKEY_URL")
    return OtherValkey(address) if address else ValkeyServer(folder, port)
