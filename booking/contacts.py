"""How a resident can be reached (連絡先): typed, and kept sealed on the way."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass

from booking.models import Resident
from privacy import sealing


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
