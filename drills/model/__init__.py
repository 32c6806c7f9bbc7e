"""R03: any acts in any order; the house against a small model of it in plain Python."""

import secrets
import traceback

from bench.towns import at_home
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.model import defects, machine

SEEDS = 40  # runs are drawn in so many portions: none keeps a transaction open for long


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Some thousand acts; a defect is caught by the first difference."""
    is_small = ground.is_quick or defect is not None
    portions, examples, steps = (4, 15, 40) if is_small else (SEEDS, 60, 60)
    machine.Machine.done.clear()
    with at_home(ground.town.code):
        for _ in range(portions):
            drawn = secrets.randbelow(2**31)
            ground.log.note(f"seed {drawn}, {examples} runs of {steps} acts")
            try:
                if defect is None:
                    machine.run(examples=examples, steps_each=steps, seeded=drawn)
                else:
                    with defects.at_work(defect.name):
                        machine.run(examples=examples, steps_each=steps, seeded=drawn)
            except Exception as difference:  # noqa: BLE001 - whatever it is, model and house differ
                ground.log.note(traceback.format_exc())
                findings.broken.append(str(difference).splitlines()[0][:300])
                break
    done = machine.Machine.done
    findings.must_reach("acts", sum(done.values()), 500 if is_small else 20_000, "acts granted")
    for name in ("claim", "move", "hold", "take", "plan", "follow", "sweep_list"):
        findings.must_reach(f"acts_{name}", done[name], 5, "acts granted")
    findings.must_be_none("differences", len(findings.broken), "between house and model")


SCENARIO = Scenario("model", run, tuple(Defect(name) for name in defects.DEFECTS))
