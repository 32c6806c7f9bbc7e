"""`merge-bookings`: RES or RESW taken back and merged into the ledger (結果の突合)."""

import argparse
from pathlib import Path
from typing import Final

from wardside import layouts, ledgers, numbers, results, sealing
from wardside.commands import _merging, _options
from wardside.desk import Desk, declared_encoding, size_of
from wardside.merging import Merge
from wardside.sealing.opening import look_at
from wardside.sealing.refusals import BadManifest
from wardside.words import Exit, Stop, Words

NAME: Final = "merge-bookings"
ABOUT: Final = Words(
    "予約システムから戻った接種結果(RES・RESW)を確かめ、台帳に突合した新しいファイルを作る",
    "check results from the platform (RES, RESW) and merge them into a new ledger file",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    parser.add_argument("--container", type=Path, required=True, help=_CONTAINER.told(language))
    _options.password(parser, language)
    _options.ledger(parser, language)
    _options.municipality(parser, language)
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Prove the container, hold its doses, and merge."""
    if not numbers.is_code(args.municipality):
        raise Stop(_BAD_CODE)
    ledger = ledgers.layout(args.ledger_layout)
    encoding = declared_encoding(args.encoding, args.ledger)
    merge = Merge(ledger=ledger, municipality_code=args.municipality, encoding=encoding)
    look_at(args.container)
    password = desk.password(args.password_file)
    bar = desk.bar(_OPENING, size=size_of(args.container))
    with bar, sealing.opened(path=args.container, password=password, watch=bar.reach) as found:
        told = found.manifest
        if told.municipality_code != args.municipality:
            raise Stop(_ELSEWHERE)
        if (told.layout, told.version) not in {("RES", 1), ("RESW", 1)}:
            raise Stop(_NO_RESULTS.filled(id=told.layout, version=told.version))
        layout = layouts.load(told.layout.lower())
        rows = _Rows()
        stream = results.read(
            found.stream, layout=layout, encoding="utf-8", found=merge.tally.found, count=rows.note
        )
        merge.hold(stream)
        if rows.seen != told.rows:
            raise BadManifest
    return _merging.run(args, desk, merge)


class _Rows:
    """How many rows the file had."""

    def __init__(self) -> None:
        self.seen = 0

    def note(self) -> None:
        self.seen += 1


_CONTAINER: Final = Words("予約システムから受け取った .zip", "the .zip from the platform")
_OPENING: Final = Words("開いて確かめています", "Opening and checking")
_BAD_CODE: Final = Words(
    "--municipality の検査数字が合いません。",
    "The check digit of --municipality is wrong.",
)
_ELSEWHERE: Final = Words(
    "ほかの自治体のファイルです。開いたことを報告してください。",
    "This file is another municipality's: report that it was opened.",
)
_NO_RESULTS: Final = Words(
    "接種結果(RES・RESW)ではありません({id} 第{version}版)。",
    "No file of results (RES, RESW) but {id} version {version}.",
)
