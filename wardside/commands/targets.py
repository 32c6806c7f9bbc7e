"""`targets`: targets out of the ledger, sealed for the platform (対象者の抽出)."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from wardside import folders, ledgers, outputs, papers, sealing
from wardside.commands import _options
from wardside.desk import Desk, Watch, declared_encoding, size_of
from wardside.outputs import Outputs
from wardside.sealing import Cover, Sealed
from wardside.targets import Earlier, Extraction, Tally, Wish
from wardside.words import Exit, Words, WrongUse

NAME: Final = "targets"
ABOUT: Final = Words(
    "台帳から対象者を抽出し、暗号化ファイル(TGT)とパスワード通知書を作る",
    "choose targets from the ledger; make the sealed TGT file and the password notice",
)


def add(parser: argparse.ArgumentParser, language: str) -> None:
    """What the clerk may say."""
    _options.ledger(parser, language)
    _options.municipality(parser, language)
    base, born, until = _BASE.told(language), _BORN.told(language), _UNTIL.told(language)
    parser.add_argument("--base-date", type=_options.day, required=True, help=base)
    parser.add_argument("--born-from", type=_options.day, help=born)
    parser.add_argument("--born-until", type=_options.day, help=until)
    parser.add_argument("--flags", default="0,1,2", help=_FLAGS.told(language))
    parser.add_argument("--mailing", help=_MAILING.told(language))
    parser.add_argument("--dummy", action="store_true", help=_DUMMY.told(language))
    parser.add_argument("--serial", type=_options.serial, default=1, help=_SERIAL.told(language))
    parser.add_argument("--earlier-ledger", type=Path, help=_EARLIER.told(language))
    parser.add_argument("--notice", type=Path, required=True, help=_NOTICE.told(language))
    parser.add_argument("--leave-out-errors", action="store_true", help=_LEAVE.told(language))
    _options.out(parser, language)
    _options.everything(parser, language)


def run(args: argparse.Namespace, desk: Desk) -> Exit:
    """Extract; write only what is right, whole, and only when asked to."""
    wish = _wish(args, desk)
    ledger = ledgers.layout(args.ledger_layout)
    encoding = declared_encoding(args.encoding, args.ledger)
    folders.refuse_together(args.out, args.notice)
    cover = Cover("TGT", 1, wish.municipality_code, wish.base_date, wish.is_dummy, args.serial)
    earlier = _remembered(args, desk, Extraction(ledger=ledger, wish=wish), encoding)
    work = Extraction(ledger=ledger, wish=wish, earlier=earlier)
    sealed: Sealed | None = None
    with outputs.fresh() as made, ExitStack() as stack:
        source = stack.enter_context(outputs.reading(args.ledger))
        bar = stack.enter_context(desk.bar(_READING, size=size_of(args.ledger)))
        chunks = work.chunks(Watch(source, bar), encoding=encoding)
        if args.write:
            password = sealing.make_password()
            to = made.open(args.out / f"{cover.stem}.zip")
            sealed = sealing.seal(cover=cover, chunks=chunks, to=to, password=password, at=desk.at)
            _write_notice(made, args.notice, cover, sealed, password, desk)
            if not _may_leave(work.tally, leave_out=args.leave_out_errors):
                made.drop()
        else:
            for _ in chunks:
                pass
    _tell(work.tally, desk, everything=args.all)
    if earlier is not None:
        desk.say(_DIFFERENCE, same=work.tally.same, gone=work.gone)
    if not _may_leave(work.tally, leave_out=args.leave_out_errors):
        desk.warn(_ERRORS.filled(count=work.tally.found.errors) if work.tally.taken else _NOBODY)
        return Exit.LOOK
    _say_written(cover, sealed, desk)
    return Exit.LOOK if work.tally.found.errors else Exit.DONE


def _remembered(
    args: argparse.Namespace, desk: Desk, work: Extraction, encoding: str
) -> Earlier | None:
    """What the ledger of the last handover said, where a difference is wanted."""
    if args.earlier_ledger is None:
        return None
    with ExitStack() as stack:
        source = stack.enter_context(outputs.reading(args.earlier_ledger))
        bar = stack.enter_context(desk.bar(_READING, size=size_of(args.earlier_ledger)))
        return work.remembered(Watch(source, bar), encoding=encoding)


def _may_leave(tally: Tally, *, leave_out: bool) -> bool:
    return bool(tally.taken) and (leave_out or not tally.found.errors)


def _wish(args: argparse.Namespace, desk: Desk) -> Wish:
    flags = frozenset(args.flags.split(","))
    if not flags <= {"0", "1", "2"}:
        raise WrongUse(_BAD_FLAGS)
    if args.base_date > desk.at.date():
        raise WrongUse(_AHEAD)
    return Wish(
        municipality_code=args.municipality,
        base_date=args.base_date,
        born_from=args.born_from,
        born_until=args.born_until,
        flags=flags,
        mailing=args.mailing,
        is_dummy=args.dummy,
    )


def _write_notice(
    made: Outputs, folder: Path, cover: Cover, sealed: Sealed, password: str, desk: Desk
) -> None:
    name = f"{cover.stem}.zip"
    page = papers.password_notice(
        file_name=name, sha256=sealed.sha256, password=password, at=desk.at
    )
    made.open(folder / f"password_{cover.stem}.html").write(page.encode())


def _tell(tally: Tally, desk: Desk, *, everything: bool) -> None:
    desk.say(_COUNTS, rows=tally.rows, chosen=tally.chosen, taken=tally.taken)
    flags = {flag: tally.flags[flag] for flag in "012"}
    desk.say(_BY_FLAG, none=flags["0"], moved=flags["1"], died=flags["2"])
    for decade, count in sorted(tally.decades.items()):
        desk.say(_BY_AGE, first=decade, last=decade + 9, count=count)
    desk.problems(tally.found, everything=everything)


def _say_written(cover: Cover, sealed: Sealed | None, desk: Desk) -> None:
    if sealed is None:
        desk.say(_options.NOTHING_WRITTEN)
        return
    desk.say(_options.WRITTEN, name=f"{cover.stem}.zip")
    desk.say(_SEALED, rows=sealed.manifest.rows, sha256=sealed.sha256, size=sealed.size)
    desk.say(_NOTICE_WRITTEN, name=f"password_{cover.stem}.html")


_READING: Final = Words("台帳を読んでいます", "Reading the ledger")
_BASE: Final = Words(
    "基準日 YYYY-MM-DD(台帳がいつの時点か)", "the day the ledger stands for, YYYY-MM-DD"
)
_BORN: Final = Words("この日以後に生まれた人 YYYY-MM-DD", "born on this day or later")
_UNTIL: Final = Words("この日以前に生まれた人 YYYY-MM-DD", "born on this day or earlier")
_FLAGS: Final = Words(
    "転出死亡フラグ 0,1,2 のうち含めるもの(はじめは全部。転出・死亡も渡すと予約が止まります)",
    "which flags 0,1,2 to include (all: moved and died people must be told to stop reservations)",
)
_MAILING: Final = Words("発送回がこの値の人だけ", "only people of this mailing (column 発送回)")
_DUMMY: Final = Words(
    "ダミーデータである(本稼働の前)", "these are dummy people (before going live)"
)
_SERIAL: Final = Words("同じ日の何番目のファイルか(1～999)", "which file of the day (1-999)")
_EARLIER: Final = Words(
    "差分だけを作る: 前回渡したときの台帳(文字コードと抽出の条件は同じ)",
    "only the difference to this ledger of the last handover (same encoding and same choice)",
)
_DIFFERENCE: Final = Words(
    "  差分: 前回と同じ {same:,} 人は出しません / 前回の台帳にあり今回ない番号 {gone:,} 件"
    "(渡しても予約は変わりません。転出・死亡は、フラグを付けて台帳に残してください)",
    "  difference: {same:,} as before, not written / {gone:,} numbers of the earlier ledger are not"
    " in this one (absence changes nobody: keep people who moved or died, with their flag)",
)
_NOTICE: Final = Words(
    "パスワード通知書を置く、別のフォルダー", "another folder, for the password notice"
)
_LEAVE: Final = Words("誤りのある行を除いて作る", "leave rows with errors out")
_BAD_FLAGS: Final = Words("--flags は 0,1,2 から選んでください。", "--flags are some of 0,1,2.")
_AHEAD: Final = Words("基準日が今日より後です。", "The base date has not come yet.")
_COUNTS: Final = Words(
    "台帳 {rows:,} 行 / 対象 {chosen:,} 人 / 書ける {taken:,} 人",
    "ledger {rows:,} rows / chosen {chosen:,} / can be written {taken:,}",
)
_BY_FLAG: Final = Words(
    "  なし {none:,} / 転出 {moved:,} / 死亡 {died:,}",
    "  no flag {none:,} / moved {moved:,} / died {died:,}",
)
_BY_AGE: Final = Words("  {first}～{last}歳: {count:,}", "  age {first}-{last}: {count:,}")
_NOBODY: Final = Words("書ける人がいません。何も書いていません。", "Nobody to write; nothing was.")
_ERRORS: Final = Words(
    "誤りが {count:,} 件あります。台帳を直すか、--leave-out-errors で除いてください。"
    "何も書いていません。",
    "{count:,} errors: mend the ledger, or leave those rows out with --leave-out-errors. "
    "Nothing was written.",
)
_SEALED: Final = Words(
    "  件数 {rows:,} / SHA-256 {sha256} / {size:,} バイト(確認書に書いてください)",
    "  rows {rows:,} / SHA-256 {sha256} / {size:,} bytes (write them on the 確認書)",
)
_NOTICE_WRITTEN: Final = Words(
    "パスワード通知書: {name}(別の機会に、別の人の手で渡してください)",
    "Password notice: {name} (hand it over on another occasion, by another person)",
)
