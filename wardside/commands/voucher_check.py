"""`check-barcode`: a scanned voucher, judged before it is used (接種券の読み取り確認)."""

import argparse
from typing import Final

from wardside import numbers, voucher_line
from wardside.commands import _options
from wardside.desk import Desk
from wardside.words import Exit, Stop, Words

NAME: Final = "check-barcode"
ABOUT: Final = Words(
    "接種券の18桁(OCR・QR)か10桁(バーコード)を確かめる。1行に1つ読み取り、空の行で終わる",
    "check scanned vouchers, 18 or 10 figures, one a line; an empty line ends",
)
_MOST: Final = 200


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say; the numbers themselves come by the scanner, not as arguments."""
    _options.municipality(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Judge line by line; a number is repeated by its last four figures only."""
    if not numbers.is_code(args.municipality):
        raise Stop(_BAD_CODE)
    count = wrong = 0
    while True:
        text = desk.source.readline(_MOST)
        if not text.strip():
            break
        count += 1
        try:
            line = voucher_line.read_here(text.rstrip("\r\n"), municipality_code=args.municipality)
        except Stop as stop:
            wrong += 1
            desk.say(_WRONG, count=count, why=stop.words.told(desk.language))
            continue
        if line.dose_number is None:
            desk.say(_NUMBER, count=count, last=line.voucher_number[-4:])
        else:
            told = {"dose": line.dose_number, "kind": line.voucher_type}
            desk.say(_LINE, count=count, last=line.voucher_number[-4:], **told)
    desk.say(_END, count=count, wrong=wrong)
    return Exit.LOOK if wrong else Exit.DONE


_BAD_CODE: Final = Words(
    "--municipality の検査数字が合いません。",
    "The check digit of --municipality is wrong.",
)
_WRONG: Final = Words("{count}: ✕ {why}", "{count}: ✕ {why}")
_NUMBER: Final = Words(
    "{count}: ○ 接種券番号 ******{last}(10桁だけでは自治体は確かめられません)",
    "{count}: ○ voucher ******{last} (ten figures alone do not tell the municipality)",
)
_LINE: Final = Words(
    "{count}: ○ 接種券番号 ******{last} 券種 {kind} {dose}回目",
    "{count}: ○ voucher ******{last} type {kind} dose {dose}",
)
_END: Final = Words("{count:,} 件を確かめ、誤り {wrong:,} 件", "{count:,} checked, {wrong:,} wrong")
