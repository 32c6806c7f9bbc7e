"""A container opened and checked to its last row (開封と確認)."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

from wardside import layouts, results, sealing, tables
from wardside.commands import _options
from wardside.desk import Desk, size_of
from wardside.layouts import Layout
from wardside.problems import Found
from wardside.sealing import Opened
from wardside.sealing.opening import look_at
from wardside.sealing.refusals import BadManifest
from wardside.words import Stop, Words

_KNOWN: Final = {("TGT", 1), ("RST", 1), ("INC", 1), ("RES", 1), ("RESW", 1)}


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say of a container."""
    parser.add_argument("--container", type=Path, required=True, help=_CONTAINER.told(language))
    _options.password(parser, language)
    parser.add_argument("--municipality", type=_options.code, help=_OWN.told(language))


def check(args: argparse.Namespace, desk: Desk, *, to: BinaryIO | None = None) -> Found:
    """Prove a container: cipher, bytes, SHA-256, cover sheet, header, every row; copy on the way."""
    look_at(args.container)
    password = desk.password(args.password_file)
    found = Found()
    bar = desk.bar(_OPENING, size=size_of(args.container))
    with bar, sealing.opened(path=args.container, password=password, watch=bar.reach) as opened:
        told = opened.manifest
        if args.municipality not in {None, told.municipality_code}:
            raise Stop(_ELSEWHERE)
        seen = _count(opened, found, to)
        if seen != told.rows:
            raise BadManifest
    is_dummy = (_DUMMY if told.dummy else _REAL).told(desk.language)
    desk.say(_TOLD, name=opened.name, id=told.layout, version=told.version, dummy=is_dummy)
    desk.say(_MORE, code=told.municipality_code, base=told.base_date, made=told.made_at)
    if told.mark is not None:
        desk.say(_MARK, **asdict(told.mark))
    desk.say(_SUMS, rows=told.rows, sha256=told.sha256)
    return found


def _count(opened: Opened, found: Found, to: BinaryIO | None) -> int:
    stream = _Copy(opened.stream, to)
    key = (opened.manifest.layout, opened.manifest.version)
    if key in _KNOWN:
        layout: Layout = layouts.load(key[0].lower())
        return sum(1 for _ in results.rows(stream, layout=layout, encoding="utf-8", found=found))
    return max(sum(1 for _ in tables.records(stream, encoding="utf-8")) - 1, 0)


class _Copy:
    """A stream that is written down while it is read."""

    def __init__(self, stream: tables.Readable, to: BinaryIO | None) -> None:
        self._stream = stream
        self._to = to

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        if self._to is not None:
            self._to.write(block)
        return block


_CONTAINER: Final = Words("暗号化ファイル(.zip)", "the sealed file (.zip)")
_OWN: Final = Words(
    "自分の自治体コード(ほかの自治体のファイルを拒む)",
    "our code: another municipality's is refused",
)
_OPENING: Final = Words("開いて確かめています", "Opening and checking")
_ELSEWHERE: Final = Words(
    "ほかの自治体のファイルです。開いたことを報告してください。",
    "This file is another municipality's: report that it was opened.",
)
_DUMMY: Final = Words("ダミー", "dummy people")
_REAL: Final = Words("実データ", "real people")
_TOLD: Final = Words(
    "{name}: {id} 第{version}版({dummy})", "{name}: {id} version {version} ({dummy})"
)
_MORE: Final = Words(
    "  自治体 {code} / 基準日 {base} / 作成 {made}",
    "  municipality {code} / base date {base} / made {made}",
)
_MARK: Final = Words(
    "  透かし {number} / 依頼・承認 {issued_by} / 目的 {purpose}",
    "  mark {number} / asked or released by {issued_by} / purpose {purpose}",
)
_SUMS: Final = Words(
    "  件数 {rows:,} / CSVのSHA-256 {sha256} 一致",
    "  rows {rows:,} / SHA-256 of the CSV {sha256} agrees",
)
