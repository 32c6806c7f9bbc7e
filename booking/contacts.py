"""How a resident can be reached (連絡先): typed, kept sealed on the way, shown masked."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass

from booking.models import Resident
from privacy import sealing
from shared import phone


@dataclass(frozen=True)
class Contact:
    """A telephone number in E.164, a mail address, or both; and the language to write in."""

    phone: str | None = None
    email: str | None = None
    language: str = "ja"

    def __repr__(self) -> str:
        return "Contact(…)"


def sealed_for(contact: Contact, *, session_key: str) -> str:
    """The contact as it may lie in a session row: opened only for the same session."""
    text = json.dumps(asdict(contact))
    sealed = sealing.seal(text, table="session", column="contact", row=session_key)
    return base64.b64encode(sealed).decode("ascii")


def opened(kept: str | None, *, session_key: str) -> Contact | None:
    """The contact from a session row, or None where there is none that belongs to it."""
    if not kept:
        return None
    try:
        sealed = base64.b64decode(kept, validate=True)
        text = sealing.unseal(sealed, table="session", column="contact", row=session_key)
    except (binascii.Error, sealing.CannotOpen):
        return None
    return Contact(**json.loads(text))


def set_on(resident: Resident, contact: Contact) -> None:
    """Put the contact on the row; whoever saves it writes the indexes too."""
    resident.phone, resident.email = contact.phone, contact.email
    resident.language = contact.language


def masked_phone(e164: str | None) -> str:
    """The last two figures only: enough to know one's own number by."""
    if not e164:
        return ""
    national = phone.national(e164)
    shown = len(national) - 2
    return "".join("●" if c.isdigit() and n < shown else c for n, c in enumerate(national))


def masked_email(address: str | None) -> str:
    """The first letter and the domain."""
    if not address:
        return ""
    name, _, domain = address.partition("@")
    return f"{name[:1]}●●●@{domain}"
