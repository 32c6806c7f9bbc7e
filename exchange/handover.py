"""Verbs on handover records (確認書): written with each handover, corrected only by a new one."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from exchange import locks
from exchange.layouts import find as find_layout
from exchange.models import HandoverRecord, Medium, Parcel
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.standings import standing

_WITH: Final = ("parcel", "on_medium", "corrects", "follows", "answer")
_KEPT: Final = (
    "parcel", "on_medium", "moment", "thing", "given_by", "taken_by", "given_by_words",
    "taken_by_words", "content", "owning_section", "registered_business", "medium", "sha256",
    "pulled", "expected", "follows",
)  # fmt: skip
NOTICE = "紙（パスワード通知書）"
MEDIUM = "本システム（AES-256暗号化ファイル）"


class NoSuchRecord(LookupError):
    """This municipality has no such record."""


def record_receipt(
    *, parcel: Parcel, rows: int, given_by: Staff, by: Staff, at: datetime
) -> HandoverRecord:
    """受領の確認書: the ward's officer gave, `by` took in."""
    moment = HandoverRecord.Moment.RECEIVED
    return _write(parcel, moment, rows, given_by=given_by, taken_by=by, at=at)


def record_handover(
    *, parcel: Parcel, rows: int, given_by: Staff, by: Staff, at: datetime
) -> HandoverRecord:
    """引渡しの確認書: `by` fetched what another released."""
    moment = HandoverRecord.Moment.HANDED_OVER
    return _write(parcel, moment, rows, given_by=given_by, taken_by=by, at=at)


def record_notice(*, parcel: Parcel, given_by: Staff, by: Staff, at: datetime) -> HandoverRecord:
    """引渡しの確認書 of the password notice: one sheet, apart from the file's own record (S-73)."""
    moment = HandoverRecord.Moment.HANDED_OVER
    thing = HandoverRecord.Thing.NOTICE
    return _write(parcel, moment, 1, thing=thing, given_by=given_by, taken_by=by, at=at)


def record_received_notice(
    *, parcel: Parcel, given_by: Staff, by: Staff, at: datetime
) -> HandoverRecord:
    """受領の確認書 of the notice with which `by` unlocked the list, apart from the list's own."""
    moment, thing = HandoverRecord.Moment.RECEIVED, HandoverRecord.Thing.NOTICE
    return _write(parcel, moment, 1, thing=thing, given_by=given_by, taken_by=by, at=at)


def correct(
    *, record: HandoverRecord, rows: int, note: str, by: Staff, at: datetime
) -> HandoverRecord:
    """Correct a record by a new one that names it; the old one stays as it is."""
    kept = {name: getattr(record, name) for name in _KEPT}
    return write_down(
        kept
        | {"rows": rows, "note": f"{note}（訂正者 {signature(by)}）", "corrects": record}
        | {"written_by": by},
        at=at,
    )


def write_down(facts: dict[str, Any], *, at: datetime) -> HandoverRecord:
    """Write one record with the next number of its day, in the caller's words."""
    ours = standing()
    with municipality_atomic():
        people = {
            "given_by_words": signature(facts["given_by"]),
            "taken_by_words": signature(facts["taken_by"]),
            "owning_section": ours.owning_section,
            "registered_business": ours.registered_business,
        }
        return HandoverRecord.objects.create(**people | facts, number=_number(at), happened_at=at)


def find(*, record_id: int) -> HandoverRecord:
    """One record, or NoSuchRecord."""
    rows = HandoverRecord.objects.select_related(*_WITH)
    found = rows.filter(pk=record_id).first()
    if found is None:
        raise NoSuchRecord(record_id)
    return found


def newest() -> "QuerySet[HandoverRecord]":
    """All records, newest first."""
    return HandoverRecord.objects.select_related(*_WITH)


def naming(staff: Staff) -> "QuerySet[HandoverRecord]":
    """The records that name one person as giver or taker, newest first."""
    return newest().filter(Q(given_by=staff) | Q(taken_by=staff))


def of_medium(medium: Medium) -> "QuerySet[HandoverRecord]":
    """The records of one medium, in order."""
    return newest().filter(on_medium=medium).order_by("happened_at", "id")


def of(parcel: Parcel) -> "QuerySet[HandoverRecord]":
    """The records of one parcel."""
    return newest().filter(parcel=parcel)


def signature(staff: Staff) -> str:
    """A handler as the record names him."""
    return f"{staff.organisation}　{staff.display_name}"


def _write(
    parcel: Parcel,
    moment: str,
    rows: int,
    *,
    thing: str = HandoverRecord.Thing.DATA,
    given_by: Staff,
    taken_by: Staff,
    at: datetime,
) -> HandoverRecord:
    facts = {
        "parcel": parcel,
        "moment": moment,
        "thing": thing,
        "given_by": given_by,
        "taken_by": taken_by,
        "content": content_of(parcel),
        "medium": NOTICE if thing == HandoverRecord.Thing.NOTICE else MEDIUM,
        "rows": rows,
        "sha256": parcel.sha256,
    }
    return write_down(facts, at=at)


def content_of(parcel: Parcel) -> str:
    """情報の内容 of a file of ours."""
    layout = find_layout(layout_id=parcel.layout, version=parcel.layout_version)
    dummy = "・ダミーデータ" if parcel.is_dummy else ""
    return (
        f"{layout.title}（{layout.id} 第{layout.version}版{dummy}）"
        f"　{parcel.base_date:%Y-%m-%d} {standing().programme}"
    )


def _number(at: datetime) -> str:
    locks.number_in_turn()
    start = f"K{localtime(at):%Y%m%d}-"
    used = HandoverRecord.objects.filter(number__startswith=start).count()
    return f"{start}{used + 1:03}"
