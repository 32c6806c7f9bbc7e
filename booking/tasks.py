"""Doors: what booking does by the clock."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from booking import (
    cohorts,
    counts,
    holds,
    lottery,
    one_time_codes,
    reminders,
    transfers,
    waiting_list,
)
from tenancy import municipalities
from tenancy.current import current, on_commit, serving
from tenancy.entrances.celery import house_task, to_each
from venues import checks

SETTLES_FOR = timedelta(seconds=25)

log = logging.getLogger(__name__)


@shared_task
def check_counts(*, municipality_code: str) -> int:
    """Compare counters with reservations, ledger and copies; a difference is an alarm.

    Where places are counted wrong, every increase of capacity stops until a person has looked.
    """
    found = counts.look(at=timezone.now())
    wrong, unequal = found.wrong, checks.unequal_copies()
    if wrong:
        log.error(
            "taken places differ from live reservations",
            extra={"municipality": municipality_code, "count": len(wrong)},
        )
    if found.unexplained:
        log.error(
            "counters differ from the ledger of places",
            extra={"municipality": municipality_code, "count": len(found.unexplained)},
        )
    if found.offers.wrong:
        log.error(
            "offers of the waiting list differ from their holds",
            extra={"municipality": municipality_code, "count": found.offers.wrong},
        )
    if unequal:
        log.error(
            "buckets differ from their slots",
            extra={"municipality": municipality_code, "count": len(unequal)},
        )
    return len(found.buckets) + len(unequal) + found.offers.wrong


@house_task
@shared_task
def check_counts_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(check_counts)


@shared_task
def remind(*, municipality_code: str) -> int:
    """Promise tomorrow's reminders of one municipality; run again, it finds those without."""
    with serving(municipalities.find(code=municipality_code)):
        return reminders.remind(at=timezone.now())


@house_task
@shared_task
def remind_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(remind)


@shared_task
def sweep_holds(*, municipality_code: str) -> int:
    """Tidy holds that ran out: they keep nobody out, and the waiting list hears of them."""
    with serving(municipalities.find(code=municipality_code)):
        return holds.sweep(at=timezone.now())


@house_task
@shared_task
def sweep_holds_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(sweep_holds)


@shared_task
def sweep_codes(*, municipality_code: str) -> int:
    """Drop one-time codes that ended a day ago."""
    with serving(municipalities.find(code=municipality_code)):
        return one_time_codes.sweep(at=timezone.now())


@house_task
@shared_task
def sweep_codes_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(sweep_codes)


@shared_task
def count_cohorts(*, municipality_code: str) -> int:
    """Count the people of each priority group anew, for the inspection of release plans."""
    with serving(municipalities.find(code=municipality_code)):
        return sum(cohorts.count(at=timezone.now()).values())


@house_task
@shared_task
def count_cohorts_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(count_cohorts)


@shared_task
def sweep_waiting_list(*, municipality_code: str) -> int:
    """Pass on unanswered offers, offer what is free: the net under every freed place."""
    with serving(municipalities.find(code=municipality_code)):
        return waiting_list.sweep(at=timezone.now())


@house_task
@shared_task
def sweep_waiting_list_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(sweep_waiting_list)


@shared_task
def work_transfer(*, municipality_code: str, transfer_id: str) -> int:
    """Look for places, or move and tell, for one transfer; run again, it goes on."""
    with serving(municipalities.find(code=municipality_code)):
        return transfers.work(transfer_id=UUID(transfer_id), at=timezone.now())


def hand_on(transfer_id: UUID) -> None:
    """Hand a transfer to the worker, once this is committed; without a broker it waits."""
    code = current().code

    def send() -> None:
        try:
            work_transfer.delay(municipality_code=code, transfer_id=str(transfer_id))
        except OperationalError:
            log.warning("transfer waits for the sweep")

    on_commit(send)


@shared_task
def sweep_transfers(*, municipality_code: str) -> int:
    """Take up again the transfers that a worker left lying."""
    with serving(municipalities.find(code=municipality_code)):
        lying = transfers.left_lying()
        return sum(transfers.work(transfer_id=pk, at=timezone.now()) for pk in lying)


@house_task
@shared_task
def sweep_transfers_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(sweep_transfers)


@shared_task
def settle_lotteries(*, municipality_code: str) -> int:
    """Book and tell the next results of each lottery that was drawn; killed, the next run goes on."""
    with serving(municipalities.find(code=municipality_code)):
        ends, done = timezone.now() + SETTLES_FOR, 0
        for one in lottery.going_on():
            while timezone.now() < ends and (
                count := lottery.proceed(lottery=one, at=timezone.now())
            ):
                done += count
        return done


@house_task
@shared_task
def settle_lotteries_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(settle_lotteries)
