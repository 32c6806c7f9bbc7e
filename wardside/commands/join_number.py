"""`join-number`: 個人番号 joined on the host computer (付番); the output stays on this machine."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from wardside import folders, joining, layouts, outputs
from wardside.commands import _options
from wardside.desk import Desk, Watch, declared_encoding, size_of
from wardside.tables import ENCODINGS
from wardside.words import Exit, Words

NAME: Final = "join-number"
ABOUT: Final = Words(
    "ホストコンピュータの上で、登録ファイルに個人番号を宛名番号で付ける",
    "on the host computer: join 個人番号 to the registration file by 宛名番号",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    parser.add_argument("--registration", type=Path, required=True, help=_FILE.told(language))
    _options.encoding(parser, language)
    parser.add_argument("--layout", type=Path, help=_LAYOUT.told(language))
    parser.add_argument("--numbers", type=Path, required=True, help=_NUMBERS.told(language))
    help_encoding = _NUMBERS_ENCODING.told(language)
    parser.add_argument("--numbers-encoding", choices=ENCODINGS, help=help_encoding)
    parser.add_argument("--numbers-layout", type=Path, help=_NUMBERS_LAYOUT.told(language))
    parser.add_argument("--synced-list", type=Path, help=_SYNCED.told(language))
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Join, and write the one output; numbers with errors stop everything."""
    folders.refuse_synced(args.out, listed=args.synced_list)
    layout = layouts.load(args.layout or "vrs_registration").require("register_key")
    joining.refuse_unmarked(layout)
    theirs = layouts.load(args.numbers_layout or "national_numbers")
    theirs.require("register_key", "national_number")
    encoding = declared_encoding(args.encoding, args.registration)
    numbers_encoding = declared_encoding(args.numbers_encoding, args.numbers)
    tally = joining.Tally()
    with outputs.reading(args.numbers) as source:
        bar = desk.bar(_READING, size=size_of(args.numbers))
        with bar:
            known = joining.read_numbers(
                Watch(source, bar), layout=theirs, encoding=numbers_encoding, tally=tally
            )
    if tally.found.errors:
        desk.problems(tally.found, everything=args.all)
        desk.warn(_BAD_NUMBERS)
        return Exit.REFUSED
    name = f"specific_{desk.at:%Y%m%d_%H%M%S}.csv"
    with outputs.fresh() as made, ExitStack() as stack:
        source = stack.enter_context(outputs.reading(args.registration))
        bar = stack.enter_context(desk.bar(_JOINING, size=size_of(args.registration)))
        watch = Watch(source, bar)
        lines = joining.join(watch, layout=layout, encoding=encoding, known=known, tally=tally)
        to = made.open(args.out / name) if args.write else None
        joining.write(lines, to=to, encoding=encoding)
    return _end(args, desk, tally, name)


def _end(args: argparse.Namespace, desk: Desk, tally: joining.Tally, name: str) -> Exit:
    desk.say(_COUNTS, numbers=tally.numbers, rows=tally.rows, joined=tally.joined)
    desk.problems(tally.found, everything=args.all)
    if args.write:
        desk.say(_options.WRITTEN, name=name)
        desk.say(_CARE)
    else:
        desk.say(_options.NOTHING_WRITTEN)
    return Exit.LOOK if tally.found.errors else Exit.DONE


_FILE: Final = Words("vrs-registration で作ったファイル", "the file made by vrs-registration")
_LAYOUT: Final = Words("そのレイアウト(JSON)", "its layout (JSON)")
_NUMBERS: Final = Words(
    "マイナンバーDBから出したCSV(宛名番号・個人番号)", "the host's CSV of 宛名番号 and 個人番号"
)
_NUMBERS_ENCODING: Final = Words("そのCSVの文字コード(必ず指定)", "its encoding (always declared)")
_NUMBERS_LAYOUT: Final = Words("そのレイアウト(JSON)", "its layout (JSON)")
_SYNCED: Final = Words(
    "写されるフォルダーの一覧(1行に1つ)", "a list of folders that are synced, one a line"
)
_READING: Final = Words("番号を読んでいます", "Reading the numbers")
_JOINING: Final = Words("付番しています", "Joining")
_BAD_NUMBERS: Final = Words(
    "番号のファイルに誤りがあります。直してからやり直してください。何も書いていません。",
    "The list of numbers has errors: mend it and begin again. Nothing was written.",
)
_COUNTS: Final = Words(
    "番号 {numbers:,} 件 / 登録 {rows:,} 人 / 付番 {joined:,} 人",
    "numbers {numbers:,} / to register {rows:,} / joined {joined:,}",
)
_CARE: Final = Words(
    "特定個人情報です。VRSへの登録が済んだら消去し、確認書に記録してください。"
    "予約システムには渡せません(渡しても全体が拒否されます)。",
    "This is specific personal information: erase it once VRS has it, and record that. It must not "
    "go to the platform, which refuses it whole.",
)
