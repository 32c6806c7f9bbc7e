"""Verbs and questions on the life of one voucher (接種券の経過): issued, sent, lost, back, stopped.

A new number comes with the ward's list and kills the old one there; here is what happens between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import normalize
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import mailings, residents
from booking.models import Envelope, Resident, Voucher, VoucherEvent
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

What = VoucherEvent.What
#: What staff may write down; a replacement comes with a list.
NOTED = (What.LOST, What.RETURNED, What.STOPPED)


class Refused(Exception):
    """A step with a voucher that is not taken; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class NotFound(Refused):
    """No voucher of that number."""

    words = _(
        "この番号の接種券はありません。10桁の番号か、読み取った18桁の番号を入力してください。"
    )


class Dead(Refused):
    """A dead number stays dead."""

    words = _("この番号はすでに使えません。")


class StillHere(Refused):
    """Nothing comes back by post that has not been sent."""

    words = _("この接種券の封筒は、まだ印刷・封入の途中です。印刷結果を先に取り込んでください。")


class NoSuchVoucher(LookupError):
    """This municipality has no such voucher."""


@dataclass(frozen=True)
class Line:
    """One thing in a voucher's life; a day where the hour is not known."""

    on: date | datetime
    words: str | Promise
    detail: str = ""
    by: str = ""


def find(*, number: str, by: Staff, at: datetime) -> list[Voucher]:
    """The vouchers of a number, ten figures or a scanned line; or a refusal. The look is recorded."""
    try:
        found = residents.find(number=number)
    except residents.FindRefused as refusal:
        raise NotFound from refusal
    typed = normalize("NFKC", number)
    digits = "".join(one for one in typed if one.isdigit())[-10:]
    people = [one.resident.pk for one in found if one.how == residents.How.VOUCHER]
    rows = [
        one for one in Voucher.objects.filter(resident__in=people)
        if str(one.voucher_number) == digits
    ]  # fmt: skip
    if not rows:
        raise NotFound
    with municipality_atomic():
        for row in rows:
            access_log.record(what="voucher_seen", resident_id=row.resident_id, by=by, at=at)
    return rows


def get(*, voucher_id: UUID) -> Voucher:
    """One voucher, or NoSuchVoucher."""
    found = Voucher.objects.filter(pk=voucher_id).first()
    if found is None:
        raise NoSuchVoucher(voucher_id)
    return found


def history(voucher: Voucher) -> list[Line]:
    """Its whole life in order: issue, mailings, and what was written down."""
    lines = [Line(voucher.issued_at, _("発行した（名簿から登録）")), *_sent(voucher)]
    events = VoucherEvent.objects.filter(voucher=voucher).select_related("done_by")
    for one in events:
        by = one.done_by.display_name if one.done_by else ""
        lines.append(Line(one.happened_at, one.get_what_display(), one.words, by))
    return sorted(lines, key=_moment)


def _sent(voucher: Voucher) -> Iterator[Line]:
    rows = Envelope.objects.filter(voucher=voucher).select_related("mailing__made_by")
    for one in rows:
        mailing = one.mailing
        detail = f"{mailing.number}　{mailing.title}　{one.serial:08}　{one.get_state_display()}"
        yield Line(mailing.made_at, _("発送便に入れた"), detail, mailing.made_by.display_name)
        was_sent = one.state not in {Envelope.State.PULLED, Envelope.State.CALLED_OFF}
        if mailing.mailed_on and was_sent:
            yield Line(mailing.mailed_on, _("発送した"), f"{mailing.number}　{mailing.title}")


def _moment(line: Line) -> tuple[Any, ...]:
    from django.utils.timezone import localtime

    if isinstance(line.on, datetime):
        moment = localtime(line.on)
        return moment.date(), 0, moment
    return line.on, 1


def note(*, voucher: Voucher, what: str, words: str, by: Staff, at: datetime) -> VoucherEvent:
    """Write down that it was lost or came back, or stop its number; kept for good.

    What came back may go into the next mailing. A stopped number books nothing; a reservation of
    its holder waits for somebody to decide.
    """
    if not by.may(Permission.PRINT_VOUCHERS) or what not in NOTED:
        raise Refused
    with municipality_atomic():
        # The person first, as in every change: a claim under way is waited for.
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=voucher.resident_id)
        held = Voucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)
        if what == What.RETURNED:
            _take_back(held)
        elif not held.is_live:
            raise Dead
        if what == What.STOPPED:
            held.is_live = False
            held.save(update_fields=["is_live"])
        access_log.record(
            what="voucher_noted", resident_id=held.resident_id, why=what, by=by, at=at
        )
        return VoucherEvent.objects.create(
            voucher=held, what=what, words=words, done_by=by, happened_at=at
        )


def _take_back(voucher: Voucher) -> None:
    current = Envelope.objects.filter(voucher=voucher, is_current=True)
    if current.filter(state__in=mailings.ON_THE_WAY, mailing__mailed_on__isnull=True).exists():
        raise StillHere
    current.update(is_current=False)
