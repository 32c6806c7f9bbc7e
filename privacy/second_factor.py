"""Verbs on a second factor (第二要素): a one-time code of an app, or a recovery code once.

Secrets are sealed for their owner. A code counts once: the last counter is kept beside the
secret, under a row lock, so that neither a replay nor a lost cache lets it in twice.
"""

import re
import secrets
import unicodedata
from base64 import b32encode, b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from privacy import sealing
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff

STEP: Final = 30  # seconds one code lasts
TABLE, COLUMN = "mfa_authenticator", "secret"
_owner: ContextVar[UUID] = ContextVar("owner_of_secret")


class CodeRefused(Exception):
    """The second factor was not proved; `words` say what to do."""

    words = _("認証コードが違います。アプリに表示されている6桁の数字を確かめてください。")


@contextmanager
def secrets_of(staff: Staff) -> Iterator[None]:
    """Whose secrets are sealed and opened inside the block."""
    token = _owner.set(staff.pk)
    try:
        yield
    finally:
        _owner.reset(token)


def seal(secret: str) -> str:
    """A secret as it is kept: only for this municipality and this person."""
    sealed = sealing.seal(secret, table=TABLE, column=COLUMN, row=_owner.get())
    return b64encode(sealed).decode()


def unseal(kept: str) -> str:
    """The secret again; raises CannotOpen where it is not that person's."""
    return sealing.unseal(b64decode(kept), table=TABLE, column=COLUMN, row=_owner.get())


def new_secret() -> str:
    """A new secret for an app."""
    return b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, at: datetime) -> str:
    """The code an app shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, _counter(at))))


def address_of(*, secret: str, staff: Staff) -> str:
    """What an app reads: the otpauth:// address."""
    with_issuer = f"{current().name} Waku:{staff.login_name}"
    adapter = get_adapter()
    adapter.get_totp_label = lambda _user: with_issuer
    adapter.get_totp_issuer = lambda: f"{current().name} Waku"
    return str(adapter.build_totp_url(staff, secret))


def picture_of(address: str) -> str:
    """The address as a QR code: a data URI for an image."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#17222d"))


def matches(*, secret: str, code: str, at: datetime) -> bool:
    """Whether a code belongs to a secret that is not kept yet."""
    return _matching_counter(secret, _fold(code), at, after=-1) is not None


def keep(*, staff: Staff, secret: str, at: datetime) -> Authenticator:
    """Make this the account's app, with new recovery codes; forgets the former, not passkeys."""
    with municipality_atomic(), secrets_of(staff):
        Authenticator.objects.filter(user=staff).exclude(type=Authenticator.Type.WEBAUTHN).delete()
        made = Authenticator.objects.create(
            user=staff,
            type=Authenticator.Type.TOTP,
            data={"secret": seal(secret)},
            created_at=at,
        )
        _new_recovery_codes(staff, at=at)
    return made


def shown_by_the_app(*, staff: Staff, at: datetime) -> str:
    """The code this account's app shows now; empty where it has none. For the demo only."""
    row = Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).first()
    if row is None:
        return ""
    with secrets_of(staff):
        return code_at(unseal(row.data["secret"]), at)


def verify(*, staff: Staff, code: str, at: datetime) -> Authenticator:
    """Prove the second factor by an app's code or an unused recovery code, or refuse."""
    typed = _fold(code)
    with municipality_atomic(), secrets_of(staff):
        rows = Authenticator.objects.select_for_update().filter(user=staff)
        kept = {row.type: row for row in rows}
        app = kept.get(Authenticator.Type.TOTP)
        if app is None:
            raise CodeRefused
        if _takes_code(app, typed, at=at):
            return app
        codes = kept.get(Authenticator.Type.RECOVERY_CODES)
        if codes is not None and RecoveryCodes(codes).validate_code(typed):
            return codes
    raise CodeRefused


def renew_recovery_codes(*, staff: Staff, at: datetime) -> None:
    """New recovery codes; the former are worth nothing."""
    with municipality_atomic(), secrets_of(staff):
        Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).delete()
        _new_recovery_codes(staff, at=at)


def recovery_codes(staff: Staff) -> tuple[list[str], int]:
    """The codes while their owner has not confirmed having noted them, and how many are unused."""
    row = Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return [], 0
    with secrets_of(staff):
        unused = RecoveryCodes(row).get_unused_codes()
    return ([] if row.data.get("noted_at") else unused), len(unused)


def note_recovery_codes(*, staff: Staff, at: datetime) -> None:
    """Their owner has noted the codes: they are never shown again."""
    for row in Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES):
        row.data["noted_at"] = at.isoformat()
        row.save(update_fields=["data"])


def _new_recovery_codes(staff: Staff, *, at: datetime) -> None:
    Authenticator.objects.create(
        user=staff,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"seed": seal(secrets.token_hex(40)), "used_mask": 0},
        created_at=at,
    )


def _takes_code(row: Any, typed: str, *, at: datetime) -> bool:
    counter = _matching_counter(
        unseal(row.data["secret"]), typed, at, after=row.data.get("counter", -1)
    )
    if counter is None:
        return False
    row.data["counter"] = counter
    row.save(update_fields=["data"])
    return True


def _matching_counter(secret: str, typed: str, at: datetime, *, after: int) -> int | None:
    tolerance = settings.MFA_TOTP_TOLERANCE
    for counter in range(_counter(at) - tolerance, _counter(at) + tolerance + 1):
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and constant_time_compare(expected, typed):
            return counter
    return None


def _counter(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def _fold(code: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code))
