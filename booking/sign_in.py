"""Verbs: who is at the door, proved by what only the voucher's owner knows (本人の確認).

Every refusal that comes from the record is the same refusal, after the same work: nobody learns
here whether a person exists, has booked, moved or died. Failures are budgeted, never locked.
"""

import hmac
import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking import eligibility, free_places
from booking.models import Reservation, Resident, Voucher
from booking.ocr_line import OcrLine
from booking.rulebook import rulebook
from privacy import access_log, alerts, budgets, sealing
from privacy.alerts import Matter
from privacy.fields import blind_index
from privacy.models import Alert
from tenancy.current import current
from venues.models import Channel

log = logging.getLogger(__name__)

# Tries for one voucher from one network; failures of a network; failures of the municipality,
# after which each network is trusted with few (safety.md 3.1 and 6.4).
VOUCHER = (5, timedelta(minutes=15))
NETWORK = (30, timedelta(hours=1))
MUNICIPALITY = (200, timedelta(hours=1))
NETWORK_WHEN_TIGHT = 3
# Failures about one voucher from anywhere: nobody is shut out, but somebody should look (S-24).
ONE_VOUCHER = (30, timedelta(days=1))
# Guesses at a reservation number by whoever knows voucher and date of birth, from anywhere; then
# a code to the contact or a call is the way, so that this stops guessing without shutting out.
NUMBER = (20, timedelta(days=1))


class NotConfirmed(Exception):
    """The record says no; which part of it says no is told to nobody."""

    words: str | Promise = _(
        "入力された内容では手続きに進めません。接種券番号と生年月日をもう一度ご確認ください。"
        "それでも進めないときは、コールセンターにお電話ください。"
    )


class TooManyTries(Exception):
    """The budget of failures is used up; it fills up again by itself."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed to prove who they are, and from which network."""

    line: OcrLine
    born_on: date
    network: str
    reservation_number: str | None = None


def public_refusal(born_on: date, *, at: datetime) -> str | None:
    """Why somebody born on this day cannot book now, from public rules alone; no record is read."""
    book = rulebook()
    day = free_places.last_day(at=at) or localdate(at)
    ages = [course.minimum_age for course in book.courses if course.effective_from <= day]
    request = eligibility.Request(
        born_on=born_on,
        vaccination_day=day,
        dose_number=1,
        at=at,
        minimum_age=min(ages, default=0),
        doses=1,
        earliest_days=0,
        groups=book.groups,
        channel_stopped=book.stopped(Channel.WEB),
        stop_words=book.rules.stop_words,
    )
    found = eligibility.refusals(request)
    return str(found[0].words) if found else None


def enter_to_book(typed: Typed, *, at: datetime) -> Resident:
    """Level A: the resident who may book now; raises NotConfirmed or TooManyTries."""
    return _proved(typed, what="sign_in", at=at)


def enter_together(typed: list[Typed], *, at: datetime) -> list[Resident]:
    """Level G: everybody who is to be booked together; one refusal for all, whoever it was.

    Each is looked up although another was not found, so that the time tells nothing either.
    """
    found: dict[UUID, Resident] = {}
    for one in typed:
        try:
            resident = enter_to_book(one, at=at)
        except NotConfirmed:
            continue
        found[resident.pk] = resident
    if len(found) < len(typed):
        raise NotConfirmed
    return list(found.values())


def enter_to_change(typed: Typed, *, at: datetime) -> Resident:
    """Level B: the resident who holds this reservation; raises NotConfirmed or TooManyTries."""
    return _proved(typed, what="sign_in_to_change", at=at)


def find_for_code(typed: Typed, *, at: datetime) -> Resident | None:
    """Whom a one-time code may be sent to: somebody with a live reservation; raises TooManyTries.

    Every request counts as a failure, so that the count tells nothing either.
    """
    _spend_a_try(typed, "ask_for_code", at=at)
    voucher = _voucher(typed.line)
    known = voucher.resident if voucher else None
    right_date = _born_then(known, typed.born_on)
    held = _held(known.pk if known else uuid.uuid4())
    good = known is not None and right_date and held.is_any_live
    access_log.record(
        what="ask_for_code", resident_id=known.pk if known else None, succeeded=good, by=None, at=at
    )
    _count_a_failure(typed.network, at=at)
    return known if good else None


def _proved(typed: Typed, *, what: str, at: datetime) -> Resident:
    _spend_a_try(typed, what, at=at)
    voucher = _voucher(typed.line)
    known = voucher.resident if voucher else None
    right_date = _born_then(known, typed.born_on)
    held = _held(known.pk if known else uuid.uuid4())
    may = _may_book if what == "sign_in" else _may_change
    good = may(typed, voucher, held, right_date=right_date, at=at)
    access_log.record(
        what=what, resident_id=known.pk if known else None, succeeded=good, by=None, at=at
    )
    if not good or known is None:
        _count_a_failure(typed.network, at=at)
        _count_for_the_voucher(typed.line, at=at)
        raise NotConfirmed
    budgets.forget(kind="voucher_try", key=_voucher_key(typed))
    return known


def _voucher(line: OcrLine) -> Voucher | None:
    issuer = line.municipality_code or current().code
    rows = Voucher.objects.select_related("resident")
    index = blind_index("voucher", line.voucher_number)
    # A reissued number's old one may be in anybody's hands: it is nobody's once another lives.
    living = Voucher.objects.filter(resident=OuterRef("resident"), is_live=True)
    not_replaced = Q(is_live=True) | ~Exists(living)
    return rows.filter(not_replaced, number_index=index, issuer_code=issuer).first()


def _born_then(resident: Resident | None, born_on: date) -> bool:
    # The same opening is done where there is nothing to open, so that both take as long.
    if resident is None:
        row = uuid.uuid4()
        decoy = sealing.seal("0001-01-01", table="nobody", column="born_on", row=row)
        kept = sealing.unseal(decoy, table="nobody", column="born_on", row=row)
    else:
        kept = str(resident.born_on)
    return hmac.compare_digest(kept, born_on.isoformat())


@dataclass(frozen=True)
class _Held:
    numbers: frozenset[str]
    live_in: frozenset[int]

    @property
    def is_any_live(self) -> bool:
        """Whether anything is booked."""
        return bool(self.live_in)

    @property
    def may_book_more(self) -> bool:
        """Whether a programme runs in which nothing is booked yet; which one is told to nobody."""
        running = {one.pk for one in rulebook().running}
        return bool(running - self.live_in) if running else not self.live_in


def _held(resident_id: UUID) -> _Held:
    rows = Reservation.objects.filter(resident_id=resident_id)
    found = list(rows.values_list("reservation_number", "is_live", "programme_id"))
    return _Held(
        frozenset(number for number, _, _ in found),
        frozenset(programme for _, live, programme in found if live),
    )


def _may_book(
    _typed: Typed, voucher: Voucher | None, held: _Held, *, right_date: bool, at: datetime
) -> bool:
    del at
    return (
        voucher is not None
        and right_date
        and voucher.is_live
        and voucher.resident.status_flag == Resident.StatusFlag.NONE
        and held.may_book_more
    )


def _may_change(
    typed: Typed, voucher: Voucher | None, held: _Held, *, right_date: bool, at: datetime
) -> bool:
    person = voucher.resident_id if voucher and right_date else _voucher_key(typed)
    limit, window = NUMBER
    granted = budgets.spend(kind="number_guess", key=str(person), limit=limit, window=window, at=at)
    good = granted and right_date and typed.reservation_number in held.numbers
    if good:
        budgets.forget(kind="number_guess", key=str(person))
    return good


def _voucher_key(typed: Typed) -> str:
    issuer = typed.line.municipality_code or current().code  # 10 and 18 digits are one voucher
    return f"{issuer}|{typed.line.voucher_number}|{typed.network}"


def _spend_a_try(typed: Typed, what: str, *, at: datetime) -> None:
    limit, window = VOUCHER
    key = _voucher_key(typed)
    granted = budgets.spend(kind="voucher_try", key=key, limit=limit, window=window, at=at)
    if not granted or _network_is_spent(typed.network, at=at):
        access_log.record(what=what, why="too_many", succeeded=False, by=None, at=at)
        raise TooManyTries


def _network_is_spent(network: str, *, at: datetime) -> bool:
    tight = budgets.is_spent(kind="lookup_all", key="all", limit=MUNICIPALITY[0], at=at)
    limit = NETWORK_WHEN_TIGHT if tight else NETWORK[0]
    return budgets.is_spent(kind="lookup_network", key=network, limit=limit, at=at)


def _count_a_failure(network: str, *, at: datetime) -> None:
    limit, window = NETWORK
    budgets.spend(kind="lookup_network", key=network, limit=limit, window=window, at=at)
    limit, window = MUNICIPALITY
    if not budgets.spend(kind="lookup_all", key="all", limit=limit, window=window, at=at):
        log.warning("sign-in failures over budget", extra={"municipality": current().code})
        _tell_somebody("all", limit, at=at)


def _count_for_the_voucher(line: OcrLine, *, at: datetime) -> None:
    """Many wrong dates for one voucher, wherever they come from."""
    limit, window = ONE_VOUCHER
    key = f"{line.municipality_code or current().code}|{line.voucher_number}"
    if not budgets.spend(kind="voucher_failures", key=key, limit=limit, window=window, at=at):
        _tell_somebody("one_voucher", limit, at=at)


def _tell_somebody(subject: str, count: int, *, at: datetime) -> None:
    """An alert for the ward: once an hour, not once a try."""
    hour = timedelta(hours=1)
    if budgets.spend(kind="guessing_told", key=subject, limit=1, window=hour, at=at):
        alerts.raise_about(Matter(Alert.Kind.GUESSING, subject, count + 1, usual=count), at=at)
