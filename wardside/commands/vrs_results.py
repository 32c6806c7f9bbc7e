"""`vrs-results`: VRS's ledger-shaped output, checked and merged into the ledger (VRSの結果)."""

import argparse
from pathlib import Path
from typing import Final

from wardside import layouts, ledgers, numbers, outputs, results
from wardside.commands import _merging, _options
from wardside.desk import Desk, Watch, declared_encoding, size_of
from wardside.merging import Merge
from wardside.tables import ENCODINGS
from wardside.words import Exit, Stop, Words

NAME: Final = "vrs-results"
ABOUT: Final = Words(
    "VRSの予防接種台帳向け出力(17列)を確かめ、台帳に突合した新しいファイルを作る",
    "check VRS's 17-column output for the ledger and merge it into a new ledger file",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    parser.add_argument("--results", type=Path, required=True, help=_RESULTS.told(language))
    help_encoding = _RESULTS_ENCODING.told(language)
    parser.add_argument("--results-encoding", choices=ENCODINGS, help=help_encoding)
    parser.add_argument("--layout", type=Path, help=_LAYOUT.told(language))
    _options.ledger(parser, language)
    _options.municipality(parser, language)
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Check the file, hold its doses, and merge."""
    if not numbers.is_code(args.municipality):
        raise Stop(_BAD_CODE)
    layout = layouts.load(args.layout or "vrs_results").require(*_FIELDS)
    ledger = ledgers.layout(args.ledger_layout)
    encoding = declared_encoding(args.encoding, args.ledger)
    theirs = declared_encoding(args.results_encoding, args.results)
    merge = Merge(ledger=ledger, municipality_code=args.municipality, encoding=encoding)
    bar = desk.bar(_READING, size=size_of(args.results))
    with outputs.reading(args.results) as source, bar:
        stream = Watch(source, bar)
        merge.hold(results.read(stream, layout=layout, encoding=theirs, found=merge.tally.found))
    return _merging.run(args, desk, merge)


_FIELDS: Final = tuple(
    f"dose{number}_{name}"
    for number in (1, 2)
    for name in ("on", "voucher_number", "municipality_code", "venue", "doctor", "maker", "lot")
)
_RESULTS: Final = Words("VRSから取り出したCSV", "the CSV from VRS")
_RESULTS_ENCODING: Final = Words("そのCSVの文字コード(必ず指定)", "its encoding (always declared)")
_LAYOUT: Final = Words(
    "VRSの出力のレイアウト(JSON)。なければ付属のもの", "JSON layout of VRS's output"
)
_READING: Final = Words("結果を読んでいます", "Reading the results")
_BAD_CODE: Final = Words(
    "--municipality の検査数字が合いません。",
    "The check digit of --municipality is wrong.",
)
