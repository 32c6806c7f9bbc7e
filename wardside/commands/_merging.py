"""What both mergers share (突合の共通部分): results held, ledger passed over, report written."""

import argparse
from contextlib import ExitStack
from typing import Final

from wardside import merging, outputs
from wardside.commands import _options
from wardside.desk import Desk, Watch, size_of
from wardside.merging import Merge, Tally, What
from wardside.words import Exit, Words


def run(args: argparse.Namespace, desk: Desk, merge: Merge) -> Exit:
    """Merge what is held into a new ledger; write it and the report when asked to."""
    stem = f"{desk.at:%Y%m%d_%H%M%S}"
    names = f"ledger_{stem}.csv", f"difference_{stem}.csv"
    with outputs.fresh() as made, ExitStack() as stack:
        source = stack.enter_context(outputs.reading(args.ledger))
        bar = stack.enter_context(desk.bar(_MERGING, size=size_of(args.ledger)))
        to = made.open(args.out / names[0]) if args.write else None
        report = made.open(args.out / names[1]) if args.write else None
        tally = merge.run(Watch(source, bar), to=to, report=report)
    _tell(tally, desk, everything=args.all)
    if args.write:
        for name in names:
            desk.say(_options.WRITTEN, name=name)
    else:
        desk.say(_options.NOTHING_WRITTEN)
    is_open = tally.found.counts or any(tally.counts[what] for what in merging.OPEN)
    return Exit.LOOK if is_open else Exit.DONE


def _tell(tally: Tally, desk: Desk, *, everything: bool) -> None:
    desk.say(_COUNTS, rows=tally.rows, results=tally.results)
    for what in What:
        if tally.counts[what]:
            told = merging.WORDS[what].told(desk.language)
            desk.out.write(f"  {told}: {tally.counts[what]:,}\n")
    for one in tally.opened if everything else tally.opened[:30]:
        told = merging.WORDS[one.what].told(desk.language)
        desk.say(
            _LINE, row=one.result_row, ledger=one.ledger_row or "-", column=one.column, what=told
        )
    if tally.formulas:
        desk.say(_FORMULAS, count=tally.formulas)
    desk.problems(tally.found, everything=everything)


_MERGING: Final = Words("台帳に突合しています", "Merging into the ledger")
_COUNTS: Final = Words(
    "台帳 {rows:,} 行 / 結果 {results:,} 件", "ledger {rows:,} rows / results {results:,}"
)
_LINE: Final = Words(
    "    結果 {row}行目 / 台帳 {ledger}行目 {what} {column}",
    "    result row {row} / ledger row {ledger} {what} {column}",
)
_FORMULAS: Final = Words(
    "  数式に見える項目が {count:,} 個あり、先頭に ' を付けて書きます。",
    "  {count:,} cells look like formulas and are written with a leading '.",
)
