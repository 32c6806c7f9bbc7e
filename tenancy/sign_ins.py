"""Verbs and questions on open sign-ins (ログイン): where somebody is signed in, and ending it.

Ending takes the token from the account's newest sign-ins: its session is dead from then on, and a
doorbell tells open sockets to look again.
"""

from dataclasses import dataclass
from datetime import datetime

from tenancy import live, session_lengths
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import SignIn, Staff


@dataclass(frozen=True)
class Origin:
    """On what and from where somebody signs in."""

    device: str = ""
    network: str = ""


def begin(*, token: str, staff: Staff, origin: Origin, most: int, at: datetime) -> None:
    """Add one to the account's sign-ins; the oldest of too many end."""
    with municipality_atomic():
        row = Staff.objects.select_for_update().get(pk=staff.pk)
        newest = [*row.sign_ins, token][-most:]
        _keep_only(row, newest)
        SignIn.objects.create(
            token=token, staff=row, device=origin.device, network=origin.network,
            opened_at=at, seen_at=at, auth_epoch=row.auth_epoch,
        )  # fmt: skip


def of(staff: Staff, *, at: datetime) -> list[SignIn]:
    """The account's living sign-ins, the newest first."""
    lengths = session_lengths.of_staff()
    rows = SignIn.objects.filter(
        staff=staff, token__in=staff.sign_ins, auth_epoch=staff.auth_epoch
    ).order_by("-opened_at", "token")
    return [
        row
        for row in rows
        if lengths.ends_at(opened=row.opened_at.timestamp(), seen=row.seen_at.timestamp())
        > at.timestamp()
    ]


def seen(*, token: str, at: datetime) -> None:
    """Somebody works there."""
    SignIn.objects.filter(token=token).update(seen_at=at)


def goes_on(*, token: str, staff: Staff) -> None:
    """This one outlives what has just ended the others."""
    SignIn.objects.filter(token=token, staff=staff).update(auth_epoch=staff.auth_epoch)


def end(*, token: str, by: Staff) -> bool:
    """End one of one's own sign-ins, with its sockets; False where there is none such."""
    with municipality_atomic():
        row = Staff.objects.select_for_update().get(pk=by.pk)
        if token not in row.sign_ins:
            return False
        _keep_only(row, [one for one in row.sign_ins if one != token])
        _ring(row)
    return True


def end_others(*, token: str, by: Staff) -> int:
    """End every sign-in of one's own but this one; how many there were."""
    with municipality_atomic():
        row = Staff.objects.select_for_update().get(pk=by.pk)
        others = [one for one in row.sign_ins if one != token]
        _keep_only(row, [one for one in row.sign_ins if one == token])
        _ring(row)
    return len(others)


def _keep_only(row: Staff, tokens: list[str]) -> None:
    Staff.objects.filter(pk=row.pk).update(sign_ins=tokens)
    SignIn.objects.filter(staff=row).exclude(token__in=tokens).delete()


def _ring(row: Staff) -> None:
    code, ring = current().code, {"topic": f"staff.{row.pk}", "seq": row.auth_epoch}
    on_commit(lambda: live.doorbell(code, ring))
