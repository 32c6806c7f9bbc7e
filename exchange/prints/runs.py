"""Verbs: the print run (印字データ): asked for, then written, numbered and sealed in one go.

While it is written no list is taken in; an end before its end leaves no envelope.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate

from booking import mailings
from booking.mailings import Plan
from booking.models import LeftOutVoucher, Mailing
from booking.rulebook import rulebook
from exchange import locks, parcels, roster_files
from exchange.layouts import PRINT_RUN, TARGET_LIST
from exchange.layouts.layout import Layout
from exchange.layouts.printing import PrintRow
from exchange.models import Parcel, ParcelEvent
from exchange.prints import refusals
from exchange.prints.judging import Printed, Terms, judge
from exchange.roster_refusals import NobodyServed
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.models.standing import Stage
from tenancy.permissions import Permission
from tenancy.standings import standing

OLDEST_LIST: Final = timedelta(days=31)
_MINUTES: Final = 20
_MENDABLE: Final = frozenset(LeftOutVoucher.MENDABLE)


def ask(*, plan: Plan, by: Staff, at: datetime) -> Parcel:
    """Ask for a mailing's print run; another person will fetch it."""
    if not by.may(Permission.PRINT_VOUCHERS):
        raise refusals.NotPermitted
    if standing().stage == Stage.ENDED:
        raise NobodyServed
    check_base_date(plan.base_date, at=at)
    roster_files.disk_must_hold()
    with municipality_atomic():
        number = parcels.next_number(letter="P", at=at)
        mailing = mailings.begin(plan=plan, number=number, by=by, at=at)
        return begin_parcel(mailing, layout=PRINT_RUN, number=number, by=by, at=at)


def begin_parcel(
    mailing: Mailing, *, layout: Layout, number: str, by: Staff, at: datetime
) -> Parcel:
    """A file about a mailing that is to leave, in the caller's transaction."""
    parcel = Parcel.objects.create(
        number=number,
        direction=Parcel.Direction.OUT,
        state=Parcel.State.BUILDING,
        layout=layout.id,
        layout_version=layout.version,
        base_date=mailing.base_date,
        purpose=Parcel.Purpose.PRINTING,
        is_dummy=standing().takes_dummy_only,
        mailing=mailing,
        first_by=by,
        made_at=at,
        changed_at=at,
    )
    parcels.settle(parcel, Parcel.State.BUILDING, ParcelEvent.What.ASKED, by=by, at=at)
    return parcel


def check_base_date(base_date: date, *, at: datetime) -> None:
    """The clerk names the newest list, and it is not old."""
    newest = _applied().values_list("base_date", flat=True).first()
    if newest is None:
        raise refusals.NoList
    if newest != base_date:
        raise refusals.BaseDateDiffers
    if localdate(at) - newest > OLDEST_LIST:
        raise refusals.ListTooOld


def build(*, parcel_id: UUID, at: datetime) -> None:
    """Write, number and seal one print run; may be run again after a crash."""
    try:
        with municipality_atomic():
            if not locks.intake_is_ours():
                return  # a list is being taken in; the sweep comes again
            locks.allow_minutes(_MINUTES)
            building = Parcel.objects.select_related("mailing", "first_by")
            parcel = building.filter(
                pk=parcel_id, state=Parcel.State.BUILDING, layout=PRINT_RUN.id
            ).first()
            if parcel is not None:
                _write(parcel, at=at)
    except (refusals.BaseDateDiffers, refusals.NobodyToPrint) as refused:
        give_up(parcel_id, str(refused.words), at=at)


def _write(parcel: Parcel, *, at: datetime) -> None:
    mailing = parcel.mailing
    assert mailing is not None
    check_base_date(mailing.base_date, at=mailing.made_at)
    run = _Run(_terms(mailing))
    roster_files.seal_and_keep(parcel, layout=PRINT_RUN, rows=run.rows(), at=at)
    if Parcel.objects.filter(pk=parcel.pk, state=Parcel.State.SEALED).exists():
        mailings.enclose(
            mailing=mailing, vouchers=run.vouchers, left_out=run.to_mend, counts=run.counts
        )


class _Run:
    """One pass over everybody: rows in the order of their serials, and who was left out."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.vouchers: list[bytes] = []
        self.to_mend: dict[bytes, str] = {}
        self.counts: Counter[str] = Counter()

    def rows(self) -> Iterator[PrintRow]:
        for one in mailings.addressees():
            found = judge(one, self._terms)
            if isinstance(found, Printed):
                self.vouchers.append(one.voucher_id)
                yield found.row(len(self.vouchers))
                continue
            self.counts[found.value] += 1
            if found in _MENDABLE:
                self.to_mend[one.voucher_id] = found.value
        if not self.vouchers:
            raise refusals.NobodyToPrint


def _terms(mailing: Mailing) -> Terms:
    full = _applied().filter(load=Parcel.Load.FULL)
    return Terms(
        municipality_code=current().code,
        bill_to=mailing.bill_to,
        age_on=mailing.age_on,
        minimum_age=rulebook().youngest(mailing.age_on),
        youngest=mailing.youngest,
        oldest=mailing.oldest,
        all_characters=mailing.all_characters,
        listed_since=full.values_list("base_date", flat=True).first(),
    )


def _applied() -> "QuerySet[Parcel]":
    """Lists taken in, the newest base date first."""
    return Parcel.objects.filter(
        direction=Parcel.Direction.IN,
        state=Parcel.State.APPLIED,
        layout=TARGET_LIST.id,
        is_dummy=standing().takes_dummy_only,
    ).order_by("-base_date")


def give_up(parcel_id: UUID, words: str, *, at: datetime) -> None:
    """Nothing of it is kept; the page says why."""
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel_id)
        if held.state == Parcel.State.BUILDING:
            held.closing_words = words
            what = ParcelEvent.What.REFUSED
            parcels.settle(held, Parcel.State.REFUSED, what, words=words, by=None, at=at)
