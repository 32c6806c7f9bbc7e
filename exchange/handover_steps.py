"""Verbs on what was handed over: a medium is given, envelopes delivered, things returned or erased.

Data and notice are given at two occasions, with a record each (S-76); what was delivered is counted
against what was printed (S-77); whatever was given comes back or is erased, once (S-78).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import handover, locks
from exchange.layouts import PRINT_RUN
from exchange.models import HandoverRecord, Medium
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

Moment, Thing = HandoverRecord.Moment, HandoverRecord.Thing
#: The notice of a medium is not given at the occasion at which the medium is.
APART: Final = timedelta(minutes=10)
GIVEN: Final = (Moment.RECEIVED, Moment.HANDED_OVER)
ENDED: Final = (Moment.RETURNED, Moment.ERASED)


class Refused(Exception):
    """Nothing was written; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class NotThisPerson(Refused):
    """The other side is another person, who can answer for it."""

    words = _("相手には、確認書に回答できる別の職員を選んでください。")


class GivenAlready(Refused):
    """Each thing is given once."""

    words = _("もう提供の確認書があります。")


class DataFirst(Refused):
    """A notice without its medium opens nothing, and says nothing."""

    words = _("先に媒体を提供してください。")


class SameOccasion(Refused):
    """Whoever gets both at once holds a key in its lock (S-73)."""

    words = _(
        "媒体とパスワード通知書は、同じ機会に渡せません。媒体を渡してから10分以上たってから記録してください。"
    )


class NothingGiven(Refused):
    """Only what was given is delivered, returned or erased."""

    words = _("提供または受領の確認書に続けて記録してください。")


class NotPrinted(Refused):
    """Envelopes are made from data for printing."""

    words = _("納品は、印刷のために渡したデータに続けて記録してください。")


class NothingToReturn(Refused):
    """A copy that went over the wire is erased; it cannot come back."""

    words = _("ネットワークで渡したファイルは返却できません。消去を記録してください。")


class EndedAlready(Refused):
    """It came back or was erased once."""

    words = _("もう返却または消去されています。")


class ExplainFirst(Refused):
    """Delivered is what was printed less what was pulled, or the difference has words (S-77)."""

    words = _("納品されるべき数と違います。違いの理由を書いてください。")


class TooMany(Refused):
    """No more is pulled than is there."""

    words = _("抜取の数が、印刷した数より多くなっています。")


@dataclass(frozen=True)
class Step:
    """What is said of a delivery, a return or an erasure."""

    moment: str
    other: Staff
    rows: int | None = None
    pulled: int | None = None
    note: str = ""


def give(
    *, medium: Medium, thing: str, rows: int, taken_by: Staff, by: Staff, at: datetime
) -> HandoverRecord:
    """提供の確認書 of a medium, or of its notice at another time."""
    _check_people(by, taken_by)
    with municipality_atomic():
        locks.number_in_turn()
        given = HandoverRecord.objects.filter(
            on_medium=medium, moment=Moment.HANDED_OVER, corrects=None
        )
        is_here = Medium.objects.filter(pk=medium.pk, ending="").exists()
        if given.filter(thing=thing).exists() or not is_here:
            raise GivenAlready
        if thing == Thing.NOTICE:
            data = given.filter(thing=Thing.DATA).first()
            if data is None:
                raise DataFirst
            if at < data.happened_at + APART:
                raise SameOccasion
        facts = _facts_of(medium) | {"thing": thing, "rows": rows, "written_by": by}
        if thing == Thing.NOTICE:
            facts |= {"rows": 1, "medium": handover.NOTICE}
        people = {"given_by": by, "taken_by": taken_by, "moment": Moment.HANDED_OVER}
        return handover.write_down(facts | people, at=at)


def follow(*, record: HandoverRecord, step: Step, by: Staff, at: datetime) -> HandoverRecord:
    """納品・返却・消去の確認書 of what a record gave; the medium's line in the ledger ends with it."""
    _check_people(by, step.other)
    with municipality_atomic():
        locks.number_in_turn()
        first = _first(record)
        if first.moment not in GIVEN:
            raise NothingGiven
        newest = _newest(first)
        kept = ("parcel", "on_medium", "thing", "content", "medium", "sha256", "rows")
        facts: dict[str, Any] = {name: getattr(newest, name) for name in kept}
        facts |= {"follows": first, "moment": step.moment, "note": step.note, "written_by": by}
        if step.moment == Moment.DELIVERED:
            facts |= _delivery(first, newest, step)
        else:
            _check_ending(first, step)
        # Who erases is named first, who stood by second; what comes back is taken by the writer.
        pair = (by, step.other) if step.moment == Moment.ERASED else (step.other, by)
        facts |= {"given_by": pair[0], "taken_by": pair[1]}
        made = handover.write_down(facts, at=at)
        _end_medium(made, by=by, at=at)
    return made


def outstanding() -> "QuerySet[HandoverRecord]":
    """What was given and neither returned nor erased, the oldest first (S-78).

    A list that was received is erased here as soon as it is in: the parcel's history says so.
    """
    given = HandoverRecord.objects.filter(moment__in=GIVEN, corrects=None)
    ended = HandoverRecord.objects.filter(moment__in=ENDED).values("follows")
    ours = Q(moment=Moment.RECEIVED, thing=Thing.DATA, parcel__spool_name="")
    rows = given.exclude(pk__in=ended).exclude(ours)
    return rows.select_related("parcel", "on_medium").order_by("happened_at", "id")


def steps_of(record: HandoverRecord) -> "QuerySet[HandoverRecord]":
    """What followed a giving, in order."""
    first = _first(record)
    return HandoverRecord.objects.filter(follows=first).order_by("happened_at", "id")


def open_moments(record: HandoverRecord) -> list[str]:
    """What may still be written after a record."""
    first = _first(record)
    if first.moment not in GIVEN or _has_ended(first):
        return []
    found = [Moment.DELIVERED] if _is_for_printing(first) else []
    returns = [Moment.RETURNED] if _lies_somewhere(first) else []
    return [*found, *returns, Moment.ERASED]


def _check_people(by: Staff, other: Staff) -> None:
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    if other.pk == by.pk or not other.is_active or not other.may(Permission.ANSWER_HANDOVERS):
        raise NotThisPerson


def _facts_of(medium: Medium) -> dict[str, Any]:
    parcel = medium.parcel
    return {
        "on_medium": medium,
        "parcel": parcel,
        "content": handover.content_of(parcel) if parcel else medium.content,
        "medium": f"{medium.kind[:20]} {medium.number[:38]}",
        "sha256": parcel.sha256 if parcel else "",
    }


def _first(record: HandoverRecord) -> HandoverRecord:
    while record.corrects is not None:
        record = record.corrects
    return record


def _newest(record: HandoverRecord) -> HandoverRecord:
    while (later := record.corrections.order_by("-id").first()) is not None:
        record = later
    return record


def _is_for_printing(first: HandoverRecord) -> bool:
    printed = first.parcel is not None and first.parcel.layout == PRINT_RUN.id
    return first.thing == Thing.DATA and (printed or first.on_medium_id is not None)


def _lies_somewhere(first: HandoverRecord) -> bool:
    return first.thing == Thing.NOTICE or first.on_medium_id is not None


def _has_ended(first: HandoverRecord) -> bool:
    return HandoverRecord.objects.filter(follows=first, moment__in=ENDED).exists()


def _check_ending(first: HandoverRecord, step: Step) -> None:
    if step.moment not in ENDED:
        raise NothingGiven
    if _has_ended(first):
        raise EndedAlready
    if step.moment == Moment.RETURNED and not _lies_somewhere(first):
        raise NothingToReturn


def _delivery(first: HandoverRecord, newest: HandoverRecord, step: Step) -> dict[str, Any]:
    if not _is_for_printing(first):
        raise NotPrinted
    rows, pulled = step.rows or 0, step.pulled or 0
    before = HandoverRecord.objects.filter(follows=first, moment=Moment.DELIVERED)
    standing = before.filter(corrections=None)
    left = newest.rows - sum((one.rows + (one.pulled or 0)) for one in standing)
    if pulled > max(left, 0):
        raise TooMany
    expected = max(left - pulled, 0)
    if rows != expected and not step.note.strip():
        raise ExplainFirst
    thing = {"thing": Thing.ENVELOPES, "medium": str(Thing.ENVELOPES.label)}
    return thing | {"rows": rows, "pulled": pulled, "expected": expected}


def _end_medium(made: HandoverRecord, *, by: Staff, at: datetime) -> None:
    if made.moment in ENDED and made.thing == Thing.DATA and made.on_medium_id:
        Medium.objects.filter(pk=made.on_medium_id, ending="").update(
            ending=made.moment, ended_words=f"{made.number} {made.note}"[:200],
            ended_by=by, ended_at=at,
        )  # fmt: skip
