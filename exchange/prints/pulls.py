"""Verbs: the pull list (抜取リスト): envelopes that must not be sent, by serial and number alone (S-126)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from booking import mailings
from booking.models import Envelope, Mailing
from exchange import locks, parcels, roster_files
from exchange.layouts import PULL_LIST
from exchange.layouts.printing import PullRow
from exchange.models import Parcel
from exchange.prints import refusals, runs
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission


def ask(*, mailing: Mailing, by: Staff, at: datetime) -> Parcel:
    """Ask for a list of the envelopes to take out now; another person will fetch it."""
    if not by.may(Permission.PRINT_VOUCHERS):
        raise refusals.NotPermitted
    roster_files.disk_must_hold()
    with municipality_atomic():
        held = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
        if held.closed_at is not None:
            raise refusals.WrongState
        if not mailings.to_pull(held).exists():
            raise refusals.NothingToPull
        number = parcels.next_number(letter="N", at=at)
        return runs.begin_parcel(held, layout=PULL_LIST, number=number, by=by, at=at)


def build(*, parcel_id: UUID, at: datetime) -> None:
    """Write and seal one pull list; an envelope is on one list only."""
    try:
        with municipality_atomic():
            if not locks.intake_is_ours():
                return
            building = Parcel.objects.select_related("mailing", "first_by")
            parcel = building.filter(
                pk=parcel_id, state=Parcel.State.BUILDING, layout=PULL_LIST.id
            ).first()
            if parcel is not None and parcel.mailing is not None:
                _write(parcel, parcel.mailing, at=at)
    except refusals.NothingToPull as refused:
        runs.give_up(parcel_id, str(refused.words), at=at)


def _write(parcel: Parcel, mailing: Mailing, *, at: datetime) -> None:
    found = list(mailings.to_pull(mailing).select_related("voucher"))
    if not found:
        raise refusals.NothingToPull

    def rows() -> Iterator[PullRow]:
        for one in found:
            yield PullRow(f"{one.serial:08}", str(one.voucher.voucher_number))

    roster_files.seal_and_keep(parcel, layout=PULL_LIST, rows=rows(), at=at)
    Envelope.objects.filter(pk__in=[one.pk for one in found]).update(pull_list=parcel.number)
