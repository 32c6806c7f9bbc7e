"""R02: web processes, backends and PostgreSQL itself die while places are fought for."""

import psycopg
from psycopg import sql

from drills import presses
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground

# One round of what dies; every second one is of the database.
ROUND = ("backend", "web", "postmaster", "announcer", "backend", "live", "postmaster", "web")
RACES = ("read_then_write", "unguarded_person")
_INDEX, _CONSTRAINT = "DROP INDEX {}", "ALTER TABLE {} DROP CONSTRAINT {}"


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Everybody presses twice; something dies again and again; nobody is told what is not so."""
    is_small = ground.is_quick or defect is not None
    people, places, kills = (300, 15, 6) if is_small else (20_000, 500, 32)
    if defect and defect.name in RACES:
        kills = 0  # two callers at once are loss enough
    _seed(ground, defect)
    ground.announcer()
    ground.live()
    crowd = presses.gathered(ground, people=people, places=places)
    # Two tabs side by side.
    jobs = [one for one in crowd.visitors for _ in range(2)]
    landed = 0

    def lose(step: int) -> None:
        nonlocal landed
        landed += _kill(ground, ROUND[step % len(ROUND)] if defect is None else _for(defect, step))

    presses.begin(ground, jobs, crowd)
    presses.while_pressing(ground, crowd, tries=len(jobs), steps=kills, lose=lose)
    presses.ask_again(ground, crowd)
    findings.must_reach("landed", landed, 3 if is_small else 20, "kills")
    presses.check(ground, findings, crowd)
    _unseed(ground, defect)


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
