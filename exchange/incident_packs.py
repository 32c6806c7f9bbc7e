"""Verbs: the incident pack (漏えい等の報告資料): who was seen by whom, sealed, for two people (R18).

ask → build → fetch by a second person → the password, once: the last two as with rosters.
"""

import codecs
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from booking import subjects
from exchange import incident_report, parcels, roster_files, rosters
from exchange.layouts import INCIDENT
from exchange.layouts.incident import IncidentRow
from exchange.layouts.writing import csv_line
from exchange.models import Parcel, ParcelEvent
from privacy import access_log, anchor_lines, incidents, log_anchors, verifying
from privacy.acts import words_of
from privacy.incidents import Affected, Scope
from privacy.models import AccessEntry
from privacy.references import short
from privacy.verifying import Report
from tenancy import accounts
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.standings import standing

_LINE_HEADERS: Final = (
    "記録番号", "日時", "職員", "役割", "識別子", "行為", "理由", "通話", "接続元", "要求番号", "件数", "結果",
)  # fmt: skip


class NothingAsked(rosters.Refused):
    """A time that ends before it begins, or no reason."""

    words = _("期間と理由を入力してください。")


@dataclass(frozen=True)
class Wish:
    """What is to be investigated, why, and since when it is known."""

    scope: Scope
    reason: str
    known_at: datetime

    def written(self) -> dict[str, Any]:
        """As the parcel keeps it: times and random ids."""
        return {
            "begins": self.scope.begins.isoformat(),
            "ends": self.scope.ends.isoformat(),
            "staff": [str(one) for one in self.scope.staff_ids],
            "residents": [str(one) for one in self.scope.resident_ids],
            "known_at": self.known_at.isoformat(),
            "reason": self.reason,
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Wish":
        """The wish again."""
        scope = Scope(
            begins=datetime.fromisoformat(kept["begins"]),
            ends=datetime.fromisoformat(kept["ends"]),
            staff_ids=tuple(UUID(one) for one in kept["staff"]),
            resident_ids=tuple(UUID(one) for one in kept["residents"]),
        )
        return cls(scope, kept["reason"], datetime.fromisoformat(kept["known_at"]))


def ask(*, wish: Wish, by: Staff, at: datetime) -> Parcel:
    """Ask for a pack; another person will fetch it."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise rosters.NotPermitted
    if wish.scope.begins >= wish.scope.ends or not wish.reason.strip():
        raise NothingAsked
    with municipality_atomic():
        parcel = Parcel.objects.create(
            number=parcels.next_number(letter="J", at=at),
            direction=Parcel.Direction.OUT,
            state=Parcel.State.BUILDING,
            layout=INCIDENT.id,
            layout_version=INCIDENT.version,
            base_date=localdate(at),
            purpose=Parcel.Purpose.INCIDENT,
            is_dummy=standing().takes_dummy_only,
            summary=wish.written(),
            first_by=by,
            made_at=at,
            changed_at=at,
        )
        parcels.settle(parcel, Parcel.State.BUILDING, ParcelEvent.What.ASKED, by=by, at=at)
        access_log.record(what="incident_asked", why=parcel.number, by=by, at=at)
    return parcel


def build(*, parcel_id: UUID, at: datetime) -> None:
    """Write and seal one pack; may be run again after a crash."""
    building = Parcel.objects.filter(pk=parcel_id, state=Parcel.State.BUILDING, layout=INCIDENT.id)
    parcel = building.first()
    if parcel is None:
        return
    wish = Wish.read(parcel.summary)
    found = incidents.affected(wish.scope)
    log = verifying.verify(at=at)
    names = {one.pk: one.login_name for one in accounts.everybody()}
    roster_files.seal_and_keep(
        parcel,
        layout=INCIDENT,
        rows=_rows(found, names),
        beside={
            "report.txt": [_text(incident_report.report(_incident(parcel, wish, found, log, at)))],
            "log_lines.csv": _lines(wish.scope, names),
            "chain_proof.json": [_proof(log)],
        },
        at=at,
    )


def _rows(found: list[Affected], names: dict[UUID, str]) -> Iterator[IncidentRow]:
    vouchers = subjects.vouchers_of([one.resident_id for one in found])
    for one in found:
        code, number = vouchers.get(one.resident_id, ("", ""))
        yield IncidentRow(
            reference=short(one.resident_id),
            municipality_code=code,
            voucher_number=number,
            times=str(one.times),
            first_at=_moment(one.first_at),
            last_at=_moment(one.last_at),
            staff=_joined(names.get(staff_id, "") for staff_id in one.staff_ids),
            acts=_joined(words_of(act) for act in one.acts),
            networks=_joined(one.networks),
        )


def _joined(words: Iterable[str]) -> str:
    return "、".join(sorted(set(words)))[:400]


def _moment(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


def _text(words: str) -> bytes:
    return codecs.BOM_UTF8 + words.replace("\n", "\r\n").encode()


def _lines(scope: Scope, names: dict[UUID, str]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + csv_line(_LINE_HEADERS).encode()
    for entry in scope.lines().iterator(chunk_size=2_000):
        yield csv_line(_line(entry, names)).encode()


def _line(entry: AccessEntry, names: dict[UUID, str]) -> tuple[str, ...]:
    return (
        str(entry.pk),
        _moment(entry.happened_at),
        names.get(entry.staff_id, "") if entry.staff_id else "",
        entry.role,
        short(entry.resident_id) if entry.resident_id else "",
        words_of(entry.what),
        entry.why,
        str(entry.call_id or ""),
        entry.network,
        entry.request_id,
        str(entry.count),
        "成功" if entry.succeeded else "失敗",
    )


def _proof(log: Report) -> bytes:
    told = [anchor_lines.written(one) for one in log_anchors.remembered().anchors[-20:]]
    return json.dumps(
        {
            "municipality": current().code,
            "links": log.links,
            "entries": log.entries,
            "waiting": log.unlinked,
            "head": log.head.hex(),
            "findings": [
                {"kind": one.kind, "link": one.number, "entry": one.entry_id}
                for one in log.findings
            ],
            "told_elsewhere": told,
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def _incident(
    parcel: Parcel, wish: Wish, found: list[Affected], log: Report, at: datetime
) -> incident_report.Incident:
    ours, bulk = standing(), Counter[str]()
    for what, count in wish.scope.in_bulk().values_list("what", "count"):
        bulk[words_of(what)] += count
    return incident_report.Incident(
        municipality=current().name,
        programme=ours.programme,
        owning_section=ours.owning_section,
        number=parcel.number,
        reason=wish.reason,
        begins=wish.scope.begins,
        ends=wish.scope.ends,
        known_at=wish.known_at,
        made_at=at,
        people=len(found),
        lines=sum(one.times for one in found),
        in_bulk=sorted(bulk.items()),
        acts=sorted({words_of(act) for one in found for act in one.acts}),
        log_stands=log.is_whole,
        head=log.head.hex(),
        links=log.links,
    )
