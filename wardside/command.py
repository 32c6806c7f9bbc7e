"""The command line (コマンド): one word each, dry run first, no traceback for bad input."""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from wardside.commands import COMMANDS
from wardside.desk import Desk
from wardside.words import LANGUAGES, Exit, Stop, Words


class Parser(argparse.ArgumentParser):
    """argparse, that never repeats what was typed: it may be somebody's number."""

    language = "ja"

    def error(self, message: str) -> NoReturn:
        quiet = re.sub(r"'[^']*'|: [^,()]*$", " …", message)
        if "required" in message:
            quiet = message
        about = Words("使い方が違います", "Not used so").told(self.language)
        self.exit(Exit.USAGE, f"{self.format_usage()}{about}: {quiet}\n")


def main(argv: Sequence[str] | None = None, *, desk: Desk | None = None) -> int:
    """Run one command and say by a number how it ended."""
    words = list(sys.argv[1:] if argv is None else argv)
    desk = desk or Desk(language=_language(words))
    _speak_anything(desk)
    try:
        args = _parser(desk.language).parse_args(words)
        return int(args.run(args, desk))
    except Stop as stop:
        desk.warn(stop.words, row=stop.row)
        return int(stop.exit)
    except KeyboardInterrupt:
        desk.warn(_BROKEN_OFF)
        return int(Exit.BROKEN_OFF)
    except MemoryError:
        desk.warn(_NO_MEMORY)
        return int(Exit.CANNOT)


def _language(words: Sequence[str]) -> str:
    for at, word in enumerate(words):
        told = word.partition("=")[2] or next(iter(words[at + 1 :]), "")
        if word.startswith("--lang") and told in LANGUAGES:
            return told
    return "ja"


def _speak_anything(desk: Desk) -> None:
    """A console that lacks a character shows a stand-in for it instead of failing."""
    for stream in (desk.out, desk.err):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _parser(language: str) -> Parser:
    parser = Parser(prog="wardside", description=_ABOUT.told(language))
    parser.language = language
    parser.add_argument("--lang", choices=LANGUAGES, default="ja", help="ja / en")
    sub: Any = parser.add_subparsers(dest="command", required=True, metavar="<command>")
    for one in COMMANDS:
        words = one.ABOUT.told(language)
        made = sub.add_parser(one.NAME, help=words, description=words)
        made.language = language
        made.add_argument("--lang", choices=LANGUAGES, default="ja", help=argparse.SUPPRESS)
        one.add(made, language)
        made.set_defaults(run=one.run)
    return parser


_ABOUT: Final = Words(
    "区の中だけで使う、予約システムとのファイルの道具です。--write を付けるまで、何も書きません。",
    "Tools for the ward's own side of the files. Nothing is written without --write.",
)
_BROKEN_OFF: Final = Words("中断しました。何も残していません。", "Broken off; nothing was left.")
_NO_MEMORY: Final = Words(
    "メモリーが足りません。何も残していません。", "Not enough memory; nothing was left."
)
