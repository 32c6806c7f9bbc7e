"""The way from one step to the next; each step may be done again after a kill."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db import connections

from tenancy import schemas
from tenancy.directory.models import Municipality, Relocation
from tenancy.relocations import _copying, _ends, _proof, _stop
from tenancy.relocations._copying import Tell
from tenancy.relocations._refusals import RelocationRefused
from tenancy.relocations._road import Road

Step = Relocation.Step
PATIENCE = 6 * 3600.0  # for the copy of a large town over a slow line
SHORT = 60.0


def ongoing(municipality: Municipality) -> Relocation | None:
    """The relocation that has begun and not ended, if there is one."""
    rows = Relocation.objects.using("owner").select_related("municipality")
    return rows.filter(municipality=municipality).exclude(step__in=Relocation.OVER).first()


def relocate(*, municipality: Municipality, to: str, tell: Tell, at: datetime) -> Relocation:
    """Move a municipality to another database, or go on with a move that was interrupted."""
    with schemas.alone_with(municipality):
        return _go(municipality, to, tell, at=at)


def _go(municipality: Municipality, to: str, tell: Tell, *, at: datetime) -> Relocation:
    row = ongoing(municipality) or _begun(municipality, to, at=at)
    if row.target != to:
        raise RelocationRefused(f"{row.target} への移転がまだ終わっていません。")
    if row.municipality.database == row.target:
        row.step = Step.SWITCHED  # killed between the directory and its own note
    road = Road.of(row)
    try:
        for step, work in _steps(road, tell, at=at):
            if _is_before(row.step, step):
                work()
                _note(row, step)
    except RelocationRefused:
        if _is_before(row.step, Step.SWITCHED):
            _back(row, tell)
        raise
    except (Exception, KeyboardInterrupt):
        _reopen(road, tell)
        raise
    tell(f"{row.municipality} は {row.target} に移りました。")
    return row


def _reopen(road: Road, tell: Tell) -> None:
    """After a fault or Ctrl-C during the stop nobody waits for whoever looks into it."""
    row = road.row
    row.municipality.refresh_from_db(using="owner")
    if row.municipality.database == row.target or row.municipality.stopped_at is None:
        return
    _stop.resume(road)
    _note(row, Step.BEGUN)
    tell("受付を再開しました。同じ命令で移転を続けるか、--turn-back で取りやめられます。")


def turn_back(*, municipality: Municipality, tell: Tell) -> None:
    """Give the move up: the municipality is served where it was, and nothing is left there."""
    with schemas.alone_with(municipality):
        row = ongoing(municipality)
        if row is None:
            raise RelocationRefused("移転は行われていません。")
        _back(row, tell)


def _back(row: Relocation, tell: Tell) -> None:
    row.municipality.refresh_from_db(using="owner")
    if row.municipality.database == row.target:
        raise RelocationRefused("切替は済んでいます。元のデータベースへ移転し直してください。")
    road = Road.of(row)
    _stop.resume(road)
    _copying.undo(road)
    _note(row, Step.TURNED_BACK)
    tell(f"{row.municipality} の移転を取りやめました。{row.source} で受付を続けています。")


def _begun(municipality: Municipality, to: str, *, at: datetime) -> Relocation:
    if to == municipality.database:
        raise RelocationRefused(f"すでに {to} にあります。")
    end = Municipality(database=to)
    if not {to, end.owner_database} <= set(connections):
        raise RelocationRefused(f"データベース {to} の設定がありません（WAKU_MORE_DATABASES）。")
    row = Relocation(
        municipality=municipality, source=municipality.database, target=to, begun_at=at
    )
    road = Road.of(row)
    _copying.check(road)
    _ends.check(road)
    row.save(using="owner")
    return row


def _steps(
    road: Road, tell: Tell, *, at: datetime
) -> list[tuple[Relocation.Step, Callable[[], None]]]:
    stopped_at: list[float] = []

    def copy() -> None:
        if not _copying.stands(road):
            _copying.make_target(road)
            _copying.begin(road)
        _copying.wait_until_copied(road, tell, patience=PATIENCE)

    def stop() -> None:
        stopped_at.append(time.monotonic())
        tell("受付を止めます（この自治体だけ）。")
        _stop.stop(road, at=at)

    def compare() -> None:
        _stop.fence(road, patience=SHORT)
        _copying.wait_until_caught_up(road, patience=SHORT)
        _proof.set_sequences(road)
        _proof.prove(road, tell)

    def switch() -> None:
        _copying.end(road)
        _stop.switch(road)
        took = f"（{time.monotonic() - stopped_at[0]:.1f} 秒）" if stopped_at else ""
        tell(f"受付を再開しました{took}。")

    def leave() -> None:
        _copying.leave(road)

    return [
        (Step.COPYING, copy),
        (Step.STOPPED, stop),
        (Step.EQUAL, compare),
        (Step.SWITCHED, switch),
        (Step.ENDED, leave),
    ]


def _is_before(now: str, step: Relocation.Step) -> bool:
    order = list(Step.values)
    return order.index(now) < order.index(step)


def _note(row: Relocation, step: Relocation.Step) -> None:
    row.step = step
    row.save(using="owner", update_fields=["step", "changed_at"])
