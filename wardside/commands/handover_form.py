"""`handover-form`: a 確認書 to print, for one handover of one thing (確認書)."""

import argparse
from pathlib import Path
from typing import Final

from wardside import outputs, papers
from wardside.commands import _options
from wardside.desk import Desk
from wardside.papers import KINDS, THINGS, Handing
from wardside.sealing.opening import look_at
from wardside.words import Exit, Words

NAME: Final = "handover-form"
ABOUT: Final = Words(
    "受け渡しの確認書(A4)を作る。媒体とパスワード通知書は別々に",
    "make a handover record to print on A4; data and notice each have their own",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say; what is left out is written by hand."""
    parser.add_argument("--kind", choices=tuple(KINDS), required=True, help=_KIND.told(language))
    parser.add_argument("--thing", choices=tuple(THINGS), required=True, help=_THING.told(language))
    parser.add_argument("--container", type=Path, help=_CONTAINER.told(language))
    for name, words in _BLANKS.items():
        parser.add_argument(f"--{name}", default="", help=words.told(language))
    _options.out(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Write the form; of a container its name and digest, never what is in it."""
    sha256, content = "", args.content
    if args.container is not None:
        look_at(args.container)
        sha256 = outputs.digest_of(args.container)
        content = content or args.container.name
    page = papers.handover_record(
        Handing(
            kind=args.kind,
            thing=args.thing,
            happened_at=args.when,
            given_by=args.given_by,
            taken_by=args.taken_by,
            content=content,
            programme=args.programme,
            sha256=sha256,
            quantity=args.quantity,
            medium=args.medium,
            keeping=args.keeping,
        )
    )
    name = f"kakuninsho_{args.kind}_{args.thing}_{desk.at:%Y%m%d_%H%M%S}.html"
    if not args.write:
        desk.say(_options.NOTHING_WRITTEN)
        return Exit.DONE
    with outputs.fresh() as made:
        made.open(args.out / name).write(page.encode())
    desk.say(_options.WRITTEN, name=name)
    return Exit.DONE


_KIND: Final = Words("提供 / 納品 / 返却 / 消去", "given / delivered / returned / erased")
_THING: Final = Words("媒体か、パスワード通知書か", "the data, or the password notice")
_CONTAINER: Final = Words(
    "対象の暗号化ファイル(名前とSHA-256だけを写す)", "the sealed file: only its name and SHA-256"
)
_BLANKS: Final = {
    "when": Words("日時", "when"),
    "given-by": Words("渡した人(所属・氏名)", "who gave it"),
    "taken-by": Words("受け取った人(所属・氏名)", "who took it"),
    "content": Words("情報の内容", "what it is"),
    "programme": Words("事業の名", "the programme"),
    "quantity": Words("数量(件数・枚数・本数)", "how many"),
    "medium": Words("媒体の種類と管理番号", "kind and number of the medium"),
    "keeping": Words("保管場所", "where it is kept"),
}
