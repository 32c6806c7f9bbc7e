"""Options that several commands share (共通の引数)."""

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Final

from wardside.tables import ENCODINGS
from wardside.words import Words

NOTHING_WRITTEN: Final = Words(
    "試し実行です。何も書いていません。書くときは --write を付けてください。",
    "A dry run: nothing was written. Add --write to write.",
)
WRITTEN: Final = Words("書きました: {name}", "Written: {name}")


def ledger(parser: argparse.ArgumentParser, language: str) -> None:
    """The ledger, its encoding and its layout."""
    parser.add_argument("--ledger", type=Path, required=True, help=_LEDGER.told(language))
    encoding(parser, language)
    parser.add_argument("--ledger-layout", type=Path, help=_LEDGER_LAYOUT.told(language))


def encoding(parser: argparse.ArgumentParser, language: str) -> None:
    """The encoding of the CSV that comes in; never guessed."""
    parser.add_argument("--encoding", choices=ENCODINGS, help=_ENCODING.told(language))


def municipality(parser: argparse.ArgumentParser, language: str) -> None:
    """The ward's own code."""
    parser.add_argument("--municipality", required=True, type=code, help=_CODE.told(language))


def out(parser: argparse.ArgumentParser, language: str) -> None:
    """Where to write, and whether."""
    parser.add_argument("--out", type=Path, required=True, help=_OUT.told(language))
    write(parser, language)


def write(parser: argparse.ArgumentParser, language: str) -> None:
    """Dry run first: only this writes."""
    parser.add_argument("--write", "--実行", action="store_true", help=_WRITE.told(language))


def password(parser: argparse.ArgumentParser, language: str) -> None:
    """From where the password comes; never from the command line itself."""
    parser.add_argument("--password-file", type=Path, help=_PASSWORD.told(language))


def everything(parser: argparse.ArgumentParser, language: str) -> None:
    """Show every row that was found."""
    parser.add_argument("--all", action="store_true", help=_ALL.told(language))


def day(text: str) -> date:
    """A day as YYYY-MM-DD."""
    return date.fromisoformat(text)


def code(text: str) -> str:
    """Six digits; whether they check is said in words of our own."""
    if re.fullmatch("[0-9]{6}", text) is None:
        raise ValueError
    return text


def serial(text: str) -> int:
    """A number of three digits."""
    number = int(text)
    if not 1 <= number <= 999:
        raise ValueError
    return number


_LEDGER: Final = Words("保健情報システムの台帳CSV", "the health system's ledger (CSV)")
_LEDGER_LAYOUT: Final = Words(
    "台帳の見出しの対応表(JSON)。なければ付属のもの", "JSON that names the ledger's columns"
)
_ENCODING: Final = Words("CSVの文字コード(必ず指定)", "the CSV's encoding (always declared)")
_CODE: Final = Words("自治体コード6桁", "the municipality's six digits")
_OUT: Final = Words("出力のフォルダー", "folder for the output")
_WRITE: Final = Words("実行する(なければ試し実行)", "write (without it: a dry run)")
_PASSWORD: Final = Words(
    "パスワードを書いたファイル(なければ画面で入力)", "file with the password (else it is asked)"
)
_ALL: Final = Words("見つかった行をすべて表示する", "show every row found")
