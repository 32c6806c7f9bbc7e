"""python -m bench.worker CODE check|apply|build|print|compare|write_down|deliver …: one long work in a process of its own."""

import json
import resource
import sys
import time
from datetime import datetime
from uuid import UUID

import django

django.setup()

from bench.towns import at_home  # noqa: E402 - models need ready apps
from exchange import intake, prints, rosters  # noqa: E402 - as above
from exchange.prints import results  # noqa: E402 - as above
from notifications import deliveries  # noqa: E402 - as above


def deliver(at: datetime) -> int:
    """Carry until nothing is due."""
    carried = 0
    with deliveries.courier() as courier:
        while count := courier.deliver(clock=lambda: at):
            carried += count
    return carried


def main() -> int:
    """Do it and say how long it took, how much memory it and its children needed at most."""
    code, verb, *words = sys.argv[1:]
    with at_home(code) as at:
        begun, count = time.perf_counter(), 0
        match verb:
            case "check":
                intake.check(parcel_id=UUID(words[0]), at=at)
            case "apply":
                intake.apply(parcel_id=UUID(words[0]), at=at)
            case "build":
                rosters.build(parcel_id=UUID(words[0]), at=at)
            case "print":
                prints.build(parcel_id=UUID(words[0]), at=at)
            case "compare":
                results.check(parcel_id=UUID(words[0]), at=at)
            case "write_down":
                results.apply(parcel_id=UUID(words[0]), at=at)
            case "deliver":
                count = deliver(datetime.fromisoformat(words[0]))
        seconds = time.perf_counter() - begun
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    said = {"seconds": seconds, "peak_mb": peak / 1024, "count": count}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
