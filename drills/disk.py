"""R12: the disk is full: before a list is taken in, in the middle of it, for the journal, for exports."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, connections

from bench import crowd
from bench.towns import at_home
from booking import enrolments
from drills import presses
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.small_disks import fill, small_disk
from exchange import dummy_targets, intake, rosters, sealing, spool
from exchange.intake.refusals import NoRoomNow
from exchange.layouts import TARGET_LIST, writing
from exchange.models import Parcel
from shared import room
from tenancy.current import current, municipality_atomic, serving

PASSWORD = "a-long-dummy-password"  # noqa: S105 - of a dummy file
PIECE = 250
LEFT_MB = 6


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Refused with words while there is no room; forced, it leaves all rows or none."""
    is_small = ground.is_quick or defect is not None
    count, people = (6000, 160) if is_small else (20_000, 1600)
    people_here = presses.gathered(ground, people=people, places=max(2, people // 80))
    parcel = _committed(ground, count)
    _full_spool(ground, findings, people_here.visitors[: people // 4])
    filler = fill(ground.servers.folder, but_mb=LEFT_MB)
    with at_home(ground.town.code) as at:
        by = crowd.staff()
        refused = _refused(
            lambda: rosters.ask(day=at.date(), purpose="visit_day", by=by, at=at), rosters.NoRoomNow
        )
        intake.apply(parcel_id=parcel, at=at)  # it waits, and says so in the log
        waits = Parcel.objects.get(pk=parcel).state == Parcel.State.APPLYING
    findings.must_reach("refused_for_room", refused + waits, 2, "works not begun")
    jobs = [one for one in people_here.visitors[people // 4 :] for _ in range(2)]
    presses.begin(ground, jobs, people_here)
    failed = _forced(ground, parcel, defect)
    rest = fill(ground.servers.folder, but_mb=0, name="rest")
    findings.say("journal_full", _fill_journal(ground), "faults of a journal without room")
    people_here.threads[0].join()
    findings.must_reach("forced_failed", failed, 1, "lists that met the full disk")
    filler.unlink()
    rest.unlink()
    findings.say("back_seconds", _back(ground), "s from the room given back to the first answer")
    there = _enrolled(ground) - people
    findings.must_be_none("partial_rows", there if there != count else 0, "people of the list")
    with at_home(ground.town.code) as at:
        if there == 0:
            intake.apply(parcel_id=parcel, at=at)
    findings.must_be_none("missing_rows", count - (_enrolled(ground) - people), "people")
    presses.ask_again(ground, people_here)
    presses.check(ground, findings, people_here)


def _committed(ground: Ground, count: int) -> Any:
    """A list that two people have let in, not yet taken in."""
    with at_home(ground.town.code) as at:
        sender, opener = crowd.staff(), crowd.staff()
        declared = intake.Declared(base_date=at.date(), rows=count, encoding="utf-8", is_dummy=True)
        code = ground.town.code
        wish = dummy_targets.Wish(people=count, municipality_code=code, base_date=at.date(), seed=7)
        file = ground.servers.folder / "targets.zip"
        sealing.seal_like_a_clerk(
            chunks=writing.write(layout=TARGET_LIST, rows=dummy_targets.rows(wish)),
            name=f"TGT_{code}_{at:%Y%m%d}_001.csv", to=file, password=PASSWORD, at=at,
        )  # fmt: skip
        kept = spool.keep([file.read_bytes()])
        file.unlink()
        parcel = intake.receive(spooled=kept, declared=declared, by=sender, at=at)
        intake.unlock(parcel=parcel, password=PASSWORD, by=opener, at=at)
        intake.check(parcel_id=parcel.pk, at=at)
        intake.commit(parcel=Parcel.objects.get(pk=parcel.pk), by=opener, at=at)
        return parcel.pk


def _full_spool(ground: Ground, findings: Findings, visitors: list[crowd.Visitor]) -> None:
    """Only the folder of files is full: they are refused, and bookings go on."""
    before = settings.WAKU_SPOOL
    with small_disk(Path(before).parent, size_mb=8) as full, at_home(ground.town.code):
        assert full is not None  # the ground itself stands on one
        settings.WAKU_SPOOL = full
        try:
            refused = _refused(lambda: spool.keep([b"PK\x03\x04" + bytes(4096)]), spool.DiskFull)
            left = len(spool.names())
        finally:
            settings.WAKU_SPOOL = before
    findings.must_reach("uploads_refused", refused, 1, "files")
    findings.must_be_none("files_left", left, "files on the full disk")
    presses.press(ground, visitors)
    findings.must_be_none("unanswered_with_full_spool", ground.log.counts["info"], "presses")


def _refused(work: Callable[[], object], refusal: type[Exception]) -> int:
    try:
        work()
    except refusal:
        return 1
    return 0


def _forced(ground: Ground, parcel: Any, defect: Defect | None) -> int:
    """Take the list in although there is no room for it: whether it failed."""
    with _blind(), _in_pieces(defect):
        try:
            with at_home(ground.town.code) as at:
                intake.apply(parcel_id=parcel, at=at)
        except (Error, psycopg.Error, OSError, NoRoomNow) as fault:
            ground.log.note(f"forced: {type(fault).__name__}")
            return 1
    return 0


@contextmanager
def _blind() -> Iterator[None]:
    """Nobody looks how much room there is."""
    kept = room.KEPT_FREE
    vars(room)["KEPT_FREE"] = -(2**60)
    try:
        yield
    finally:
        vars(room)["KEPT_FREE"] = kept


@contextmanager
def _in_pieces(defect: Defect | None) -> Iterator[None]:
    """The defect: each piece of the list is committed by itself."""
    whole = enrolments.enrol

    def pieces(*, rows: Iterable[enrolments.Enrolment], **given: Any) -> enrolments.Settled:
        source, settled = iter(rows), 0
        while piece := list(islice(source, PIECE)):
            _apart(lambda piece=piece: whole(rows=piece, **given))  # type: ignore[misc]
            settled += len(piece)
        return enrolments.Settled(rows=settled, reservations_to_decide=())

    if defect is not None:
        vars(enrolments)["enrol"] = pieces
    try:
        yield
    finally:
        vars(enrolments)["enrol"] = whole


def _apart(work: Callable[[], object]) -> None:
    """In a transaction of its own on a connection of its own; its fault is ours."""
    served, faults = current(), list[BaseException]()

    def run_apart() -> None:
        try:
            with serving(served), municipality_atomic():
                work()
        except Error as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    thread = Thread(target=run_apart)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


def _fill_journal(ground: Ground) -> int:
    """Ask for new files of the journal on a disk that holds none; how often it could not."""
    faults = 0
    for _ in range(8):
        try:
            with psycopg.connect(ground.postgres.url(), autocommit=True, connect_timeout=5) as line:
                line.execute("SELECT pg_logical_emit_message(true, 'drill', repeat('x', 100000))")
                line.execute("SELECT pg_switch_wal()")
        except psycopg.Error as fault:
            ground.log.note(f"journal: {str(fault).strip()[:200]}")
            faults += 1
    return faults


def _back(ground: Ground) -> float:
    """PostgreSQL answers again, by itself or started as the runbook says."""
    begun = time.monotonic()
    try:
        ground.wait_for_postgres(patience=5.0)
    except psycopg.Error:
        ground.kill_postmaster()
    return time.monotonic() - begun


def _enrolled(ground: Ground) -> int:
    with at_home(ground.town.code):
        return crowd.how_many_residents()


SCENARIO = Scenario("disk", run, (Defect("list_in_pieces"),))
