"""Staff of both municipalities, each with a second factor."""

from datetime import datetime, timedelta

from django.utils import timezone

from config.demo.cast import PASSWORD, TOWNS, WORKERS, Worker
from privacy import second_factor
from shared.calendar import day_of
from tenancy import accounts as known_staff
from tenancy import handlers, pledges
from tenancy import municipalities as known
from tenancy.current import municipality_atomic, serving
from tenancy.permissions import Role
from tenancy.second_factor import is_set_up


def accounts() -> str:
    """The cast, made where it is missing."""
    for town in TOWNS:
        with serving(known.find(code=town.code)):
            for worker in WORKERS:
                with municipality_atomic():
                    _account(worker, organisation=f"{town.name}（デモ）")
    return "、".join(worker.login_name for worker in WORKERS)


TRAINED_FOR = timedelta(days=365)


def _entry(worker: Worker, *, organisation: str, at: datetime) -> handlers.Entry:
    is_ward = worker.role in {Role.WARD_OFFICER, Role.AUDITOR}
    is_responsible = worker.role in {Role.CONTRACTOR, Role.SUPERVISOR}
    return handlers.Entry(
        person_name=worker.display_name,
        organisation=organisation,
        organisation_kind="ward" if is_ward else "contractor",
        position="responsible" if is_responsible else "handler",
        from_on=day_of(at),
        trained_until=day_of(at) + TRAINED_FOR,
    )


def _account(worker: Worker, *, organisation: str) -> None:
    now = timezone.now()
    staff = known_staff.everybody().filter(login_name=worker.login_name).first()
    if staff is None:
        staff, _nothing = handlers.admit(
            login_name=worker.login_name,
            role=worker.role,
            entry=_entry(worker, organisation=organisation, at=now),
            password=PASSWORD,
            by=None,
            at=now,
        )
    elif handlers.gap_of(staff, at=now) is not None:  # a folder of last year goes on
        trained = day_of(now) + TRAINED_FOR
        handlers.renew(staff=staff, trained_until=trained, reason="デモの再開", at=now)
    pledges.accept(version=pledges.shown().version, by=staff, at=now)
    if not is_set_up(staff):
        second_factor.keep(staff=staff, secret=second_factor.new_secret(), at=timezone.now())
