"""`check`: a container opened and checked; nothing is written (確認)."""

import argparse
from typing import Final

from wardside.commands import _container, _options
from wardside.desk import Desk
from wardside.words import Exit, Words

NAME: Final = "check"
ABOUT: Final = Words(
    "暗号化ファイルを開き、件数・SHA-256・送付票(manifest)・全行を確かめる(何も書かない)",
    "open a sealed file and check rows, SHA-256, manifest and every row; writes nothing",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    _container.add(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Check, and say what was found."""
    found = _container.check(args, desk)
    desk.problems(found, everything=args.all)
    return Exit.LOOK if found.errors else Exit.DONE
