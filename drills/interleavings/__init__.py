"""R04: every two verbs, stopped before every statement; nothing torn, nobody waits for ever."""

from contextlib import nullcontext
from random import Random

import psycopg

from bench.towns import at_home
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.interleavings import defects, meetings
from drills.interleavings.corner import Stock
from drills.interleavings.meetings import Meeting, Played

SMALL = 24  # meetings of a quick run


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """All meetings, or those that show a defect."""
    wanted = _wanted(ground, defect)
    count, faults, odd = 0, list[str](), list[str]()
    url = ground.postgres.url(database="waku")
    with (
        psycopg.connect(url, autocommit=True) as watcher,
        at_home(ground.town.code) as at,
        meetings.everything_heard(),
    ):
        stock = Stock.of(at)
        for meeting in wanted:
            turns = meetings.in_turn(stock, meeting, watcher)
            with defects.at_work(defect.name) if defect else nullcontext():
                found = list(meetings.every_stop(stock, meeting, watcher))
            count += len(found)
            faults += (torn := _faults(meeting, turns, found))
            odd += (unlike := _odd(meeting, turns, found))
            for words in (f"{meeting}: {len(found)} stops", *torn, *unlike):
                ground.log.note(words)
    findings.must_reach("meetings", len(wanted), 1, "pairs of verbs")
    findings.must_reach("stops", count, 1 if defect else len(wanted), "statements stopped before")
    findings.say("like_no_turn", len(odd), "ends that neither order in turn would have given")
    findings.must_be_none("torn", len(faults), f"meetings {faults[:3]}")
    if defect is not None:
        findings.broken += odd


def _wanted(ground: Ground, defect: Defect | None) -> list[Meeting]:
    if defect is not None:
        return [Meeting(*defects.DEFECTS[defect.name][0])]
    number, of = ground.part
    everything = meetings.all_meetings()[number - 1 :: of]
    return (
        Random(4).sample(everything, min(SMALL, len(everything))) if ground.is_quick else everything
    )


def _faults(meeting: Meeting, turns: list[Played], found: list[tuple[int, Played]]) -> list[str]:
    every = [("in turn", one) for one in turns] + [(f"at {stop}", one) for stop, one in found]
    return [f"{meeting} {where}: {words}" for where, one in every for words in one.faults]


def _odd(meeting: Meeting, turns: list[Played], found: list[tuple[int, Played]]) -> list[str]:
    usual = [one.told for one in turns]
    return [
        f"{meeting} at {stop}: {one.told} is like neither {usual}"
        for stop, one in found
        if usual and one.told not in usual
    ]


SCENARIO = Scenario("interleavings", run, tuple(Defect(name) for name in defects.DEFECTS))
