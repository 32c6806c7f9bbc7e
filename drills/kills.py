"""R02: web processes, backends and PostgreSQL itself die while places are fought for."""

import psycopg
from django.utils import timezone
from psycopg import sql

from bench.towns import at_home
from drills import phones, presses, promises
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from privacy import chain_links, verifying

# One round of what dies; the database more often than anything else.
ROUND = (
    "backend", "desk", "web", "postmaster", "chainer", "backend", "stand_in", "worker-1", "desk",
    "announcer", "web", "postmaster", "beat-1", "live", "backend", "worker-2", "desk", "chainer",
    "postmaster", "hooks", "web", "beat-2", "stand_in",
)  # fmt: skip
BACKGROUND = ("worker-1", "worker-2", "beat-1", "beat-2")  # two of each: doubled
RACES = ("read_then_write", "unguarded_person")
_INDEX, _CONSTRAINT = "DROP INDEX {}", "ALTER TABLE {} DROP CONSTRAINT {}"


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Everybody presses twice; something dies again and again; nobody is told what is not so."""
    is_small = ground.is_quick or defect is not None
    people, places, kills = (400, 15, 7) if is_small else (20_000, 500, 38)
    if defect and defect.name in RACES:
        kills = 0  # two callers at once are loss enough
    _seed(ground, defect)
    ground.announcer()
    crowd = presses.gathered(ground, people=people, places=places, phone_share=10)
    shift = _everybody_else(ground, crowd, is_small=is_small) if defect is None else None
    # Two tabs side by side.
    jobs = [one for one in crowd.visitors for _ in range(2)]
    landed = 0

    def lose(step: int) -> None:
        nonlocal landed
        landed += _kill(ground, ROUND[step % len(ROUND)] if defect is None else _for(defect, step))

    presses.begin(ground, jobs, crowd)
    presses.while_pressing(ground, crowd, tries=len(jobs), steps=kills, lose=lose)
    if shift is not None:
        phones.end(shift)
        phones.check(findings, ground, shift, least=1 if is_small else 100)
    presses.ask_again(ground, crowd)
    findings.must_reach("landed", landed, 2 if is_small else 20, "kills")
    presses.check(ground, findings, crowd)
    if defect is None:
        _check_the_log(ground, findings)
    _unseed(ground, defect)


def _check_the_log(ground: Ground, findings: Findings) -> None:
    """The chainer was killed too: every line is in one link, none is missing."""
    with at_home(ground.town.code) as at:
        chain_links.append(at=at)
        found = verifying.verify(at=timezone.now()).findings
    told = f"{sorted({str(one.kind) for one in found})}"
    findings.must_be_none("log_findings", len(found), f"of the access log {told}")


def _everybody_else(ground: Ground, crowd: presses.Crowd, *, is_small: bool) -> phones.Shift:
    """Sockets, callbacks, two workers and two beats, and operators who take calls all the while."""
    ground.live()
    ground.hooks()
    ground.turning("chainer", "chain_log", "chainer: ready.")
    ground.turning("stand_in", "stand_in", "stand-in: ready.")
    if not is_small:
        ground.carrier()
        with at_home(ground.town.code) as at:
            promises.set_up_sender(per_second=20, at=at)
        for name in BACKGROUND:
            kind, schedule = name.partition("-")[0], ground.keeper.folder / f"{name}.schedule"
            own = ("--schedule", schedule) if kind == "beat" else ("--hostname", f"{name}@here")
            ground.celery(name, kind, "--loglevel", "INFO", *own)
    operators, callers = (2, 400) if is_small else (6, 4000)
    return phones.begin(ground, operators=operators, callers=callers, slots=crowd.slots)


def _for(defect: Defect, step: int) -> str:
    """A defect that only one kind of loss uncovers meets that kind."""
    if defect.name == "synchronous_commit_off":
        return "postmaster"
    return "web" if defect.name == "answer_first" else ROUND[step % len(ROUND)]


def _kill(ground: Ground, what: str) -> bool:
    if what == "backend":
        return ground.kill_backend()
    if what == "postmaster":
        return ground.kill_postmaster()
    if what not in ground.keeper.kept:
        what = "desk"  # small runs have no workers
    return ground.kill_process(what)


def _seed(ground: Ground, defect: Defect | None) -> None:
    name = defect.name if defect else ""
    with psycopg.connect(ground.postgres.url(database="waku"), autocommit=True) as line:
        if name == "synchronous_commit_off":
            line.execute("ALTER ROLE waku_app SET synchronous_commit = off")
        if name == "unguarded_person":
            schema = f"m_{ground.town.code}"
            table = sql.Identifier(schema, "booking_reservation")
            line.execute(
                sql.SQL(_INDEX).format(sql.Identifier(schema, "reservation_one_live_per_dose"))
            )
            once = sql.Identifier("reservation_once_per_request")
            line.execute(sql.SQL(_CONSTRAINT).format(table, once))


def _unseed(ground: Ground, defect: Defect | None) -> None:
    if defect and defect.name == "synchronous_commit_off":
        with psycopg.connect(ground.postgres.url(), autocommit=True) as line:
            line.execute("ALTER ROLE waku_app RESET synchronous_commit")


SCENARIO = Scenario(
    "kills",
    run,
    (
        Defect("read_then_write", "drills.defects.read_then_write"),
        Defect("answer_first", "drills.defects.answer_first"),
        Defect("unguarded_person", "drills.defects.unguarded_person"),
        Defect("synchronous_commit_off"),
    ),
)
