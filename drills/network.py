"""R10: the wire between the house and its database is slow, cut, deaf, or swallows answers."""

import time
from collections.abc import Callable

from drills import presses
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.proxy import Wire, wire


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Everybody presses twice over a bad wire; whoever does not know finds out."""
    is_small = ground.is_quick or defect is not None
    people, places = (300, 15) if is_small else (4000, 100)
    deaf_seconds = 2.0 if is_small else 30.0
    server = ground.postgres
    with wire(server.port) as line:
        address = ground.environment["WAKU_DATABASE_URL"]
        ground.more["WAKU_DATABASE_URL"] = address.replace(f":{server.port}/", f":{line.port}/")
        crowd = presses.gathered(ground, people=people, places=places)
        jobs = [one for one in crowd.visitors for _ in range(2)]
        faults = _faults(line, deaf_seconds)

        def lose(step: int) -> None:
            faults[step % len(faults)]()
            ground.log.note(f"cuts so far: {line.cuts}")

        presses.begin(ground, jobs, crowd)
        presses.while_pressing(ground, crowd, tries=len(jobs), steps=5 * len(faults), lose=lose)
        line.cut_answers, line.delay_seconds = 0.0, 0.0
        begun = time.monotonic()
        presses.ask_again(ground, crowd)
        findings.say("asked_again_seconds", time.monotonic() - begun, "s")
    findings.must_reach("cuts", line.cuts, 10 if is_small else 100, "connections cut")
    presses.check(ground, findings, crowd)


def _faults(line: Wire, deaf_seconds: float) -> list[Callable[[], None]]:
    def slow() -> None:
        line.delay_seconds, line.cut_answers = 0.1, 0.0

    def swallowing() -> None:
        line.delay_seconds, line.cut_answers = 0.0, 0.02

    def deaf() -> None:
        line.cut_answers = 0.0
        line.is_black_hole = True
        time.sleep(deaf_seconds)
        line.cut_all()
        line.is_black_hole = False

    def cut() -> None:
        line.cut_all()

    return [swallowing, cut, slow, swallowing, deaf]


SCENARIO = Scenario("network", run, (Defect("sure_of_itself", "drills.defects.sure_of_itself"),))
