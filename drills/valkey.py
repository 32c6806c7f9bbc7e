"""R06: Valkey is killed, emptied, full, slow; bookings go on, and the board finds its news itself."""

import time

import redis

from bench.figures import percentile
from bench.towns import at_home
from drills import presses
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.proxy import Wire, wire
from tenancy import live

KINDS = ("killed", "emptied", "full", "slow")


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Everybody presses while each kind of loss lasts; nobody is refused for it."""
    is_small = ground.is_quick or defect is not None
    people, places = (120, 20) if is_small else (2000, 125)
    with wire(ground.valkey.port) as line:
        address = ground.environment["WAKU_VALKEY_URL"]
        ground.more["WAKU_VALKEY_URL"] = address.replace(
            f":{ground.valkey.port}/", f":{line.port}/"
        )
        ground.announcer()
        crowd = presses.gathered(ground, people=people * len(KINDS), places=places)
        for number, kind in enumerate(KINDS):
            jobs = crowd.visitors[number * people : (number + 1) * people]
            _lose(ground, line, kind)
            begun = ground.log.counts["info"]
            load = presses.press(ground, [one for one in jobs for _ in range(2)])
            findings.must_be_none(
                f"{kind}_unanswered", ground.log.counts["info"] - begun, "presses"
            )
            p95 = 1000 * percentile(sorted(load.waits), 95)
            findings.say(f"{kind}_p95_ms", p95, "ms")
            late = until_announced(ground)
            findings.say(f"{kind}_board_behind_seconds", late, "s")
            if late > 60:
                findings.broken.append(f"{kind}: the board was not told within 60 s")
            _mend(ground, line, kind)
    presses.check(ground, findings, crowd)


def lose_valkey(ground: Ground) -> None:
    """Kill it without a word."""
    child = ground.valkey._child  # noqa: SLF001 - its process is the one to kill
    assert child is not None
    child.process.kill()
    child.process.wait()
    ground.log.killed("valkey", child.process.pid, has_landed=True)


def mend_valkey(ground: Ground) -> None:
    """Start it again where it was; it has forgotten everything."""
    ground.valkey.wanted_port = ground.valkey.port
    ground.valkey.stop()
    ground.valkey.start()


def _lose(ground: Ground, line: Wire, kind: str) -> None:
    if kind == "killed":
        lose_valkey(ground)
        return
    with redis.Redis.from_url(ground.valkey.url()) as client:
        if kind == "emptied":
            client.flushall()
        if kind == "full":
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1mb")
    if kind == "slow":
        line.delay_seconds = 1.0


def _mend(ground: Ground, line: Wire, kind: str) -> None:
    line.delay_seconds = 0.0
    if kind == "killed":
        mend_valkey(ground)
    if kind == "full":
        with redis.Redis.from_url(ground.valkey.url()) as client:
            client.config_set("maxmemory", "0")


def until_announced(ground: Ground, patience: float = 70.0) -> float:
    """How long until the picture of places has stood still: everything was announced."""
    begun, last, since = time.monotonic(), -1, time.monotonic()
    while time.monotonic() - begun < patience:
        with at_home(ground.town.code):
            seq = live.sequences(["places"]).get("places", 0)
        if seq != last:
            last, since = seq, time.monotonic()
        elif time.monotonic() - since > 4.0:
            return since - begun
        time.sleep(0.2)
    return patience


SCENARIO = Scenario("valkey", run, (Defect("ring_or_fail", "drills.defects.ring_or_fail"),))
