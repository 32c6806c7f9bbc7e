"""Verbs on requests to the ward: ask, close; and its list (区への依頼)."""

from datetime import datetime
from uuid import UUID

from booking.ocr_line import NotAVoucherNumber, read
from callcentre import calls
from callcentre.models import Call, WardRequest
from callcentre.notes import LONGEST, TextForbidden
from callcentre.refusals import Refused
from privacy import access_log
from shared.forbidden_items import carries_forbidden_number
from tenancy.current import municipality_atomic
from tenancy.models import Staff


class AlreadyClosed(Refused):
    """Somebody answered it first."""

    words = "この依頼はすでに対応済みです。"


def ask(
    *,
    call: Call,
    question: str,
    voucher_number: str = "",
    phone: str = "",
    text: str = "",
    by: Staff,
    at: datetime,
) -> WardRequest:
    """Hand the ward what the caller gave and asked for; sealed, and only what was needed."""
    if any(carries_forbidden_number(one) for one in (voucher_number, text)):
        raise TextForbidden
    with municipality_atomic():
        row = calls.live_call(call_id=call.pk, by=by)
        made = WardRequest.objects.create(
            call=row,
            question=question,
            voucher_number=_digits(voucher_number) or None,
            phone=phone or None,
            text=text.strip()[:LONGEST] or None,
            asked_by=by,
            asked_at=at,
        )
        access_log.record(what="ward_request", why=question, call_id=row.pk, by=by, at=at)
    return made


def close(*, request_id: UUID, answer: str, by: Staff, at: datetime) -> WardRequest:
    """The ward has dealt with it; what was given is not needed any more and goes."""
    with municipality_atomic():
        row = WardRequest.objects.select_for_update().filter(pk=request_id).first()
        if row is None or row.closed_at is not None:
            raise AlreadyClosed
        row.answer, row.closed_by, row.closed_at = answer, by, at
        row.voucher_number = row.phone = row.text = None
        row.save()
        access_log.record(what="ward_request_closed", why=answer, call_id=row.call_id, by=by, at=at)
    return row


def waiting(*, by: Staff, at: datetime) -> list[WardRequest]:
    """What the ward has still to answer, oldest first; each look names its call."""
    rows = list(WardRequest.objects.filter(closed_at__isnull=True).select_related("asked_by")[:200])
    with municipality_atomic():
        for row in rows:
            access_log.record(what="ward_requests_seen", call_id=row.call_id, by=by, at=at)
    return rows


def lately_closed() -> list[WardRequest]:
    """The last fifty that were answered."""
    rows = WardRequest.objects.filter(closed_at__isnull=False).select_related("closed_by")
    return list(rows.order_by("-closed_at")[:50])


def _digits(voucher_number: str) -> str:
    try:
        return read(voucher_number).voucher_number if voucher_number else ""
    except NotAVoucherNumber:
        return voucher_number.strip()[:20]
