"""Staff of both municipalities, each with a second factor."""

from django.utils import timezone

from config.demo.cast import PASSWORD, TOWNS, WORKERS, Worker
from privacy import second_factor
from tenancy import accounts as known_staff
from tenancy import municipalities as known
from tenancy.current import municipality_atomic, serving
from tenancy.second_factor import is_set_up


def accounts() -> str:
    """The cast, made where it is missing."""
    for town in TOWNS:
        with serving(known.find(code=town.code)):
            for worker in WORKERS:
                with municipality_atomic():
                    _account(worker, organisation=f"{town.name}（デモ）")
    return "、".join(worker.login_name for worker in WORKERS)


def _account(worker: Worker, *, organisation: str) -> None:
    staff = known_staff.everybody().filter(login_name=worker.login_name).first()
    if staff is None:
        staff, _nothing = known_staff.create(
            login_name=worker.login_name,
            display_name=worker.display_name,
            organisation=organisation,
            role=worker.role,
            password=PASSWORD,
            by=None,
            at=timezone.now(),
        )
    if not is_set_up(staff):
        second_factor.keep(staff=staff, secret=second_factor.new_secret(), at=timezone.now())
