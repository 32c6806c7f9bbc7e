"""Verbs on many residents at once (名簿からの登録): a target list becomes residents and vouchers.

The rows are sealed here, copied into a temporary table and settled from it by a few statements,
all in the caller's transaction: everything or nothing.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db import connections

from booking import _enrolment_sql as sql
from privacy import keys, sealing
from privacy.normal_forms import name_and_birth
from tenancy.current import current, municipality_atomic

_ROWS_AT_ONCE: Final = 500
_RESIDENT: Final = "booking_resident"
_VOUCHER: Final = "booking_voucher"


class What(IntEnum):
    """What a row of a list means for the person it names."""

    NEW = 1  # a person and a voucher we do not have
    CHANGED = 2  # the same voucher, other particulars
    REISSUED = 3  # a new voucher for a known person; the old one is dead
    VOID = 4  # the voucher is dead
    SAME = 5  # named again, nothing else


class Particulars(NamedTuple):
    """What a list says about a person; the texts as they will be stored."""

    name: str
    born_on: str
    sex: str
    postal_code: str
    address: str
    status_flag: str
    scheme: str

    def digest(self) -> bytes:
        """Sixteen bytes that differ when anything differs."""
        return hashlib.blake2b("\x1f".join(self).encode(), digest_size=16).digest()


class Enrolment(NamedTuple):
    """One row to settle, with the ids it is sealed for (sixteen bytes each)."""

    what: What
    resident_id: bytes
    voucher_id: bytes
    key: bytes
    issuer_code: str
    voucher_number: str
    particulars: Particulars


class Known(NamedTuple):
    """A voucher we have, and what we last knew about its holder."""

    resident_id: bytes
    voucher_id: bytes
    digest: bytes
    is_live: bool

    def packed(self) -> bytes:
        """All of it in one object: a register of 313,000 people is kept in memory."""
        return self.resident_id + self.voucher_id + self.digest + bytes([self.is_live])

    @classmethod
    def unpacked(cls, packed: bytes) -> "Known":
        """What packed() made."""
        return cls(packed[:16], packed[16:32], packed[32:48], packed[48] == 1)


@dataclass(frozen=True)
class Settled:
    """What enrolling did; the reservations are those of people who now carry a flag."""

    rows: int
    reservations_to_decide: tuple[str, ...]


class Keys:
    """By what a voucher is found among the known ones: its blind index and who issued it."""

    def __init__(self) -> None:
        self._index = sealing.indexer("voucher")

    def key(self, *, issuer_code: str, voucher_number: str) -> bytes:
        """The key of one voucher, its number in its normal form (ten digits)."""
        return self._index(voucher_number) + issuer_code.encode()


def new_id() -> bytes:
    """A random id, as a UUID of version 4 in bytes."""
    drawn = bytearray(os.urandom(16))
    drawn[6] = drawn[6] & 0x0F | 0x40
    drawn[8] = drawn[8] & 0x3F | 0x80
    return bytes(drawn)


def id_text(raw: bytes) -> str:
    """An id as it stands in what a sealed value is bound to."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def known() -> dict[bytes, bytes]:
    """Every voucher we have by its key, packed; particulars only as digests."""
    opener = Opener()
    found: dict[bytes, bytes] = {}
    for record in _stream(sql.KNOWN):
        number_index, issuer_code, is_live, voucher_id, resident_id, *sealed = record
        particulars = opener.particulars(resident_id, sealed)
        found[number_index + issuer_code.encode()] = Known(
            resident_id, voucher_id, particulars.digest(), is_live
        ).packed()
    return found


def with_reservation() -> set[bytes]:
    """The ids of all residents who hold a live reservation."""
    return {record[0] for record in _stream(sql.RESERVED)}


def has_dummies() -> bool:
    """Whether any dummy person is on record."""
    from booking.models import Resident

    return Resident.objects.filter(is_dummy=True).exists()


def enrol(*, rows: Iterable[Enrolment], base_date: date, is_dummy: bool, at: datetime) -> Settled:
    """Settle the rows of one list in the caller's transaction; everything or nothing."""
    with municipality_atomic(), connections[current().database].cursor() as cursor:
        cursor.execute(sql.STAGE)
        staged = 0
        with keys.at_hand(), cursor.copy(sql.COPY) as copy:
            for block in _packed(rows):
                staged += len(block)
                copy.write(b"".join(block) if staged > len(block) else _SIGNATURE + b"".join(block))
            if not staged:
                copy.write(_SIGNATURE)
            copy.write(_TRAILER)
        facts: Mapping[str, Any] = {"base_date": base_date, "is_dummy": is_dummy, "at": at}
        for statement in sql.SETTLE:
            cursor.execute(statement, facts)
        cursor.execute(sql.TO_DECIDE)
        numbers = tuple(number for (number,) in cursor.fetchall())
        cursor.execute(sql.CLEAR)
    return Settled(rows=staged, reservations_to_decide=numbers)


_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_LENGTHS: Final = tuple(struct.pack(">i", length) for length in range(2048))
_COLUMNS: Final = struct.pack(">h", 14)


def _packed(rows: Iterable[Enrolment]) -> Iterator[list[bytes]]:
    pack = _Packer().pack
    source = iter(rows)
    while block := [pack(row) for row in islice(source, _ROWS_AT_ONCE)]:
        yield block


class _Packer:
    """Seals a row for its ids and packs it as PostgreSQL's binary COPY wants it."""

    def __init__(self) -> None:
        self._sealers = [
            sealing.sealer(table=_RESIDENT, column=column)
            for column in ("name", "born_on", "sex", "postal_code", "address")
        ]
        self._seal_number = sealing.sealer(table=_VOUCHER, column="voucher_number")
        self._index_name = sealing.indexer("name_and_birth")

    def pack(self, row: Enrolment) -> bytes:
        what = row.what
        cells: list[bytes | None] = [
            struct.pack(">h", what),
            row.resident_id,
            row.voucher_id,
        ]
        if what in {What.SAME, What.VOID}:
            cells += [None] * 11
        else:
            cells += self._sealed(row)
        lengths = _LENGTHS
        return _COLUMNS + b"".join(
            [_NULL if cell is None else lengths[len(cell)] + cell for cell in cells]
        )

    def _sealed(self, row: Enrolment) -> list[bytes | None]:
        person, said = id_text(row.resident_id), row.particulars
        cells: list[bytes | None] = [
            seal(text, person) if text else None
            for seal, text in zip(self._sealers, said[:5], strict=True)
        ]
        return [
            *cells,
            self._index_name(name_and_birth(said.name, said.born_on)),
            said.status_flag.encode(),
            said.scheme.encode(),
            row.issuer_code.encode(),
            self._seal_number(row.voucher_number, id_text(row.voucher_id)),
            row.key[: sealing.INDEX_BYTES],
        ]


class Opener:
    """Opens the particulars of one resident after another."""

    def __init__(self) -> None:
        self._unsealers = [
            sealing.unsealer(table=_RESIDENT, column=column)
            for column in ("name", "born_on", "sex", "postal_code", "address")
        ]

    def particulars(self, resident_id: bytes, record: Sequence[Any]) -> Particulars:
        *sealed, status_flag, scheme = record
        person = id_text(resident_id)
        name, born_on, sex, postal_code, address = (
            "" if cell is None else unseal(cell, person)
            for unseal, cell in zip(self._unsealers, sealed, strict=True)
        )
        return Particulars(name, born_on, sex, postal_code, address, status_flag, scheme)


def _stream(statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a large answer, some thousand at a time; needs a transaction."""
    connection = connections[current().database]
    with municipality_atomic(), closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement)
        while block := cursor.fetchmany(2000):
            yield from block
