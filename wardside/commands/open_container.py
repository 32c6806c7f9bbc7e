"""`open`: a container checked, and its CSV written in the open (開封)."""

import argparse
from contextlib import nullcontext
from typing import Final

from wardside import outputs
from wardside.commands import _container, _options
from wardside.desk import Desk
from wardside.words import Exit, Words

NAME: Final = "open"
ABOUT: Final = Words(
    "暗号化ファイルを確かめ、中のCSVを取り出す(個人情報が平文になります)",
    "check a sealed file and take its CSV out (personal data in the open)",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    _container.add(parser, language)
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Check; where asked to, keep the CSV, under the name the container agreed on."""
    name = f"{args.container.stem}.csv"
    with outputs.fresh() if args.write else nullcontext() as made:
        to = made.open(args.out / name) if made is not None else None
        found = _container.check(args, desk, to=to)
    desk.problems(found, everything=args.all)
    if args.write:
        desk.say(_options.WRITTEN, name=name)
        desk.say(_CARE)
    else:
        desk.say(_options.NOTHING_WRITTEN)
    return Exit.LOOK if found.errors else Exit.DONE


_CARE: Final = Words(
    "平文の個人情報です。使い終わったら消してください。",
    "Personal data in the open: erase it when you are done.",
)
