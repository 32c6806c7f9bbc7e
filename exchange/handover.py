"""Verbs on handover records (確認書): written with each handover, corrected only by a new one."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localtime

from exchange import locks
from exchange.layouts import find as find_layout
from exchange.models import HandoverRecord, Parcel
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.standings import standing

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


def correct(
    *, record: HandoverRecord, rows: int, note: str, by: Staff, at: datetime
) -> HandoverRecord:
    """Correct a record by a new one that names it; the old one stays as it is."""
    with municipality_atomic():
        fields = {
            name: getattr(record, name)
            for name in (
                "parcel", "moment", "given_by", "taken_by", "given_by_words", "taken_by_words",
                "content", "owning_section", "registered_business", "medium", "sha256",
            )
        }  # fmt: skip
        return HandoverRecord.objects.create(
            **fields,
            number=_number(at),
            happened_at=at,
            rows=rows,
            note=f"{note}（訂正者 {signature(by)}）",
            corrects=record,
        )


def find(*, record_id: int) -> HandoverRecord:
    """One record, or NoSuchRecord."""
    rows = HandoverRecord.objects.select_related("parcel", "corrects")
    found = rows.filter(pk=record_id).first()
    if found is None:
        raise NoSuchRecord(record_id)
    return found


def newest() -> "QuerySet[HandoverRecord]":
    """All records, newest first."""
    return HandoverRecord.objects.select_related("parcel", "corrects")


def of(parcel: Parcel) -> "QuerySet[HandoverRecord]":
    """The records of one parcel."""
    return newest().filter(parcel=parcel)


def signature(staff: Staff) -> str:
    """A handler as the record names him."""
    return f"{staff.organisation}　{staff.display_name}"


def _write(
    parcel: Parcel, moment: str, rows: int, *, given_by: Staff, taken_by: Staff, at: datetime
) -> HandoverRecord:
    layout = find_layout(layout_id=parcel.layout, version=parcel.layout_version)
    ours = standing()
    dummy = "・ダミーデータ" if parcel.is_dummy else ""
    return HandoverRecord.objects.create(
        number=_number(at),
        parcel=parcel,
        moment=moment,
        happened_at=at,
        given_by=given_by,
        taken_by=taken_by,
        given_by_words=signature(given_by),
        taken_by_words=signature(taken_by),
        content=f"{layout.title}（{layout.id} 第{layout.version}版{dummy}）"
        f"　{parcel.base_date:%Y-%m-%d} {ours.programme}",
        owning_section=ours.owning_section,
        registered_business=ours.registered_business,
        medium=MEDIUM,
        rows=rows,
        sha256=parcel.sha256,
    )


def _number(at: datetime) -> str:
    locks.number_in_turn()
    start = f"K{localtime(at):%Y%m%d}-"
    used = HandoverRecord.objects.filter(number__startswith=start).count()
    return f"{start}{used + 1:03}"
