"""Verbs on passkeys (パスキー): a second factor that no false page can ask for (T49).

A passkey is bound to the exact staff host it was made on, and to its owner: what is kept is sealed
like the secret of an app, so that a row moved to another account opens nothing.
"""

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from privacy.sealing import CannotOpen
from privacy.second_factor import seal, secrets_of, unseal
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff

MOST: Final = 5  # of one account
LONGEST_NAME: Final = 40
VERIFIED: Final = UserVerificationRequirement.REQUIRED
log = logging.getLogger(__name__)

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class PasskeyRefused(Exception):
    """It proves nothing here; `words` say what to do."""

    words = _("パスキーを確認できませんでした。もう一度試すか、認証アプリの数字を使ってください。")


class TooManyPasskeys(PasskeyRefused):
    """An account has few."""

    words = _("パスキーは5個までです。使わないものを消してから追加してください。")


class LastFactor(PasskeyRefused):
    """Nobody is left without a second factor."""

    words = _("最後の第二要素は消せません。先に認証アプリか別のパスキーを登録してください。")


@dataclass(frozen=True)
class Place:
    """Where a passkey is made and used: the exact host, and the exact origin of its pages."""

    host: str
    origin: str

    @property
    def server(self) -> Fido2Server:
        """Asks and checks; only pages of this very origin may answer."""
        name = f"{current().name} Waku"
        return Fido2Server(
            PublicKeyCredentialRpEntity(id=self.host, name=name),
            verify_origin=lambda origin: origin == self.origin,
        )


def of(staff: Staff) -> list[Authenticator]:
    """The account's passkeys, oldest first."""
    rows = Authenticator.objects.filter(user=staff, type=Authenticator.Type.WEBAUTHN)
    return list(rows.order_by("created_at", "pk"))


def name_of(row: Authenticator) -> str:
    """What its owner calls it."""
    return str(row.data["name"])


def begin(*, staff: Staff, place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked to make, and what the session keeps meanwhile."""
    options, state = place.server.register_begin(
        PublicKeyCredentialUserEntity(
            id=staff.pk.bytes, name=staff.login_name, display_name=staff.display_name
        ),
        credentials=_credentials(staff),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=VERIFIED,
    )
    return dict(options), dict(state)


def keep(
    *,
    staff: Staff,
    name: str,
    state: Mapping[str, Any],
    answer: str,
    place: Place,
    at: datetime,
) -> Authenticator:
    """Keep what the browser made for exactly this question; refuse anything else."""
    try:
        made = place.server.register_complete(state, json.loads(answer))
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise PasskeyRefused from problem
    assert made.credential_data is not None
    with municipality_atomic(), secrets_of(staff):
        known = list(Authenticator.objects.select_for_update().filter(user=staff))
        if sum(one.type == Authenticator.Type.WEBAUTHN for one in known) >= MOST:
            raise TooManyPasskeys
        return Authenticator.objects.create(
            user=staff,
            type=Authenticator.Type.WEBAUTHN,
            data={
                "name": name[:LONGEST_NAME],
                "credential": seal(b64encode(bytes(made.credential_data)).decode()),
                "counter": made.counter,
            },
            created_at=at,
        )


def ask(*, staff: Staff, place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked to sign, and what the session keeps meanwhile."""
    options, state = place.server.authenticate_begin(
        _credentials(staff), user_verification=VERIFIED
    )
    return dict(options), dict(state)


def prove(*, staff: Staff, state: Mapping[str, Any], answer: str, place: Place) -> Authenticator:
    """The passkey that has answered exactly this question with its owner beside it, or refuse."""
    with municipality_atomic(), secrets_of(staff):
        rows = Authenticator.objects.select_for_update().filter(
            user=staff, type=Authenticator.Type.WEBAUTHN
        )
        kept = [(credential, row) for row in rows for credential in _opened(row)]
        try:
            told = AuthenticationResponse.from_dict(json.loads(answer))
            used = place.server.authenticate_complete(state, [known for known, _row in kept], told)
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise PasskeyRefused from problem
        row = next(row for known, row in kept if known is used)
        counter = told.response.authenticator_data.counter
        # A counter that stands still or goes back is a copy; passkeys without one say 0.
        if (counter or row.data["counter"]) and counter <= row.data["counter"]:
            raise PasskeyRefused
        row.data["counter"] = counter
        row.save(update_fields=["data"])
    return row


def rename(*, row: Authenticator, name: str) -> None:
    """Call it otherwise."""
    row.data["name"] = name[:LONGEST_NAME]
    row.save(update_fields=["data"])


def forget(*, row: Authenticator) -> None:
    """It proves nothing any more; the last second factor stays."""
    with municipality_atomic():
        factors = Authenticator.objects.select_for_update().filter(
            user_id=row.user_id, type__in=FACTORS
        )
        if not [one for one in factors if one.pk != row.pk]:
            raise LastFactor
        Authenticator.objects.filter(pk=row.pk).delete()


def _credentials(staff: Staff) -> list[AttestedCredentialData]:
    with secrets_of(staff):
        return [credential for row in of(staff) for credential in _opened(row)]


def _opened(row: Authenticator) -> list[AttestedCredentialData]:
    """What it proves with; nothing where it was sealed for somebody else."""
    try:
        return [AttestedCredentialData(b64decode(unseal(row.data["credential"])))]
    except CannotOpen:
        log.warning("a passkey that does not open for its account")
        return []
