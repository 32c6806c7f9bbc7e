"""Confirm POSTs of signed-in residents over HTTP: session, CSRF, rules, claim, event, outbox."""

from bench import crowd, picture
from bench.client import Browser, Load, all_at_once
from bench.crowd import Visitor
from bench.effort import cpu_seconds
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home

WIDE = 32  # connections; nginx keeps as many to the web processes


async def confirm(browser: Browser, visitor: Visitor) -> str:
    """Press the button of the confirm page; what came of it in a word."""
    answer = await browser.wearing(visitor.cookies).post(
        "/confirm/", {"request_key": visitor.request_key}
    )
    if answer.status == 302:
        return "granted" if answer.location.endswith("/done/") else "refused"
    return f"status {answer.status}"


def pressed(stage: Stage, visitors: list[Visitor], *, wide: int = WIDE) -> Load:
    """Everybody presses."""
    return all_at_once(visitors, confirm, port=stage.web(), host=stage.host(), wide=wide)


def measure(stage: Stage, figures: Figures) -> None:
    """One dose each, then both doses at once; every place is really there."""
    stage.announcer()
    count = stage.many(6000, 300)
    with at_home(stage.town.code) as at:
        days = crowd.buckets(days=30, places=max(50, count // 1000), at=at)
        warm = crowd.people(64, at=at)
        singles, pairs = crowd.people(count, at=at), crowd.people(count // 2, at=at)
        first, last = days[0] + days[1], days[-2] + days[-1]
        one = [{1: first[n % len(first)]} for n in range(count)]
        two = [{1: first[n % len(first)], 2: last[n % len(last)]} for n in range(count // 2)]
        ready = crowd.visitors(warm, one[: len(warm)], at=at)
        alone, both = crowd.visitors(singles, one, at=at), crowd.visitors(pairs, two, at=at)
    picture.shown(stage)
    pressed(stage, ready)
    before = cpu_seconds(stage.web())
    load = pressed(stage, alone)
    _say(figures, "bookings", load)
    used = cpu_seconds(stage.web()) - before
    figures.say("bookings_web_cpu_ms", 1000 * used / count, "ms of a core each")
    _say(figures, "pair_bookings", pressed(stage, both))


def _say(figures: Figures, name: str, load: Load) -> None:
    granted = load.outcomes.get("granted", 0)
    figures.say(f"{name}_per_second", granted / load.seconds, "confirms/s")
    figures.latencies(name, load.waits)
    figures.must_be_none(f"{name}_not_granted", len(load.waits) - granted, str(load.outcomes))
