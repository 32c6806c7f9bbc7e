"""A dump played into a schema that may have another name; rows are never touched by the renaming."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import psycopg

from privacy.backups import _container
from privacy.backups._backup_key import BackupKey
from privacy.backups._manifest import Manifest, from_line
from privacy.backups._refusals import Damaged
from privacy.backups._take import DATA

END_OF_ROWS = b"\\.\n"
ENOUGH = 2**18


def manifest_of(path: Path, *, key: BackupKey) -> Manifest:
    """The manifest, after every byte of the file was proved."""
    lines = _lines(path, key=key)
    first = next(lines, b"")
    for _ in lines:
        pass
    return from_line(first)


def replay(
    connection: psycopg.Connection, path: Path, *, key: BackupKey, old: str, new: str
) -> None:
    """Play the dump inside the caller's transaction."""
    named = re.compile(rf"\b{re.escape(old)}\b".encode())
    lines = _lines(path, key=key)
    next(lines)
    told: list[bytes] = []
    for line in lines:
        if line.startswith(b"\\"):
            continue  # words to psql: \restrict
        said = named.sub(new.encode(), line)
        if said.startswith(b"COPY ") and said.endswith(b"FROM stdin;\n"):
            _run(connection, told)
            _copy(connection, said, lines)
        else:
            told.append(said)
    _run(connection, told)


def _run(connection: psycopg.Connection, told: list[bytes]) -> None:
    if any(line.strip() and not line.startswith(b"--") for line in told):
        connection.execute(b"".join(told), prepare=False)
    told.clear()


def _copy(connection: psycopg.Connection, statement: bytes, lines: Iterator[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        waiting = bytearray()
        for line in lines:
            if line == END_OF_ROWS:
                break
            waiting += line
            if len(waiting) > ENOUGH:
                rows.write(bytes(waiting))
                waiting.clear()
        else:
            raise Damaged
        rows.write(bytes(waiting))


def _lines(path: Path, *, key: BackupKey) -> Iterator[bytes]:
    """The lines inside, as they are proved and unpacked."""
    unpack, rest = zlib.decompressobj(), b""
    for chunk in _container.read(path, what=DATA, key=key):
        *whole, rest = (rest + unpack.decompress(chunk)).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if not unpack.eof:
        raise Damaged
    if rest:
        yield rest
