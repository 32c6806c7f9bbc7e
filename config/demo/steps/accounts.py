"""Staff of both municipalities, each with a second factor."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from config.demo.cast import PASSWORD, TOWNS, WORKERS, Worker
from tenancy import municipalities as known
from tenancy.current import municipality_atomic, serving
from tenancy.models import Staff


def accounts() -> str:
    """The cast, made where it is missing."""
    for town in TOWNS:
        with serving(known.find(code=town.code)):
            for worker in WORKERS:
                with municipality_atomic():
                    _account(worker, organisation=f"{town.name}（デモ）")
    return "、".join(worker.login_name for worker in WORKERS)


def _account(worker: Worker, *, organisation: str) -> None:
    staff, made = Staff.objects.get_or_create(
        login_name=worker.login_name,
        defaults={
            "display_name": worker.display_name,
            "organisation": organisation,
            "role": worker.role,
        },
    )
    if made:
        staff.set_password(PASSWORD)
        staff.save(update_fields=["password"])
    if not Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(staff, generate_totp_secret())
