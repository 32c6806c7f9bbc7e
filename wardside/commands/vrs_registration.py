"""`vrs-registration`: the registration file for VRS, built from the ledger (VRSの登録ファイル)."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from wardside import joining, layouts, ledgers, outputs, registration
from wardside.commands import _options
from wardside.desk import Desk, Watch, declared_encoding, size_of
from wardside.tables import ENCODINGS
from wardside.words import Exit, Words

NAME: Final = "vrs-registration"
ABOUT: Final = Words(
    "台帳からVRSの登録ファイルを作る(個人番号は空。ホストコンピュータで join-number)",
    "build the registration file for VRS (without 個人番号: join-number adds it on the host)",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    _options.ledger(parser, language)
    _options.municipality(parser, language)
    parser.add_argument("--layout", type=Path, help=_LAYOUT.told(language))
    help_encoding = _OUT_ENCODING.told(language)
    parser.add_argument("--out-encoding", choices=ENCODINGS, default="utf-8", help=help_encoding)
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Build; rows with errors stay out and are told."""
    layout = layouts.load(args.layout or "vrs_registration")
    joining.refuse_unmarked(layout)
    ledger = ledgers.layout(args.ledger_layout)
    reading = declared_encoding(args.encoding, args.ledger)
    name = f"registration_{args.municipality}_{desk.at:%Y%m%d_%H%M%S}.csv"
    tally = registration.Tally()
    with outputs.fresh() as made, ExitStack() as stack:
        source = stack.enter_context(outputs.reading(args.ledger))
        bar = stack.enter_context(desk.bar(_READING, size=size_of(args.ledger)))
        lines = registration.build(
            Watch(source, bar),
            ledger=ledger,
            layout=layout,
            municipality_code=args.municipality,
            encodings=(reading, args.out_encoding),
            tally=tally,
        )
        to = made.open(args.out / name) if args.write else None
        joining.write(lines, to=to, encoding=args.out_encoding)
    desk.say(_COUNTS, rows=tally.rows, taken=tally.taken)
    desk.problems(tally.found, everything=args.all)
    if layout.source == "assumed":
        desk.say(_ASSUMED)
    if args.write:
        desk.say(_options.WRITTEN, name=name)
    else:
        desk.say(_options.NOTHING_WRITTEN)
    return Exit.LOOK if tally.found.errors else Exit.DONE


_LAYOUT: Final = Words(
    "VRSの登録ファイルのレイアウト(JSON)。なければ付属のもの", "JSON layout of the registration"
)
_OUT_ENCODING: Final = Words("書き出す文字コード", "encoding to write")
_READING: Final = Words("台帳を読んでいます", "Reading the ledger")
_COUNTS: Final = Words(
    "台帳 {rows:,} 行 / 登録 {taken:,} 人", "ledger {rows:,} rows / to register {taken:,}"
)
_ASSUMED: Final = Words(
    "付属のレイアウトは、列の順序とフラグの値がVRSの手引きで確かめられていません(README参照)。",
    "The layout that comes with this command was not checked against VRS's guide (see README).",
)
