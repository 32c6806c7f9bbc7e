"""The words of a message, finished before the transaction begins (文面)."""

import time
from dataclasses import dataclass

from notifications import wording
from notifications.models.message import Carrier, Kind
from notifications.models.message_template import MessageTemplate
from notifications.standard_words import LANGUAGES, MUST_SAY, standard
from tenancy.current import current

KEPT_SECONDS = 2
GAPS: dict[str, frozenset[str]] = {
    Kind.CODE: wording.FOR_A_CODE,
    Kind.CONTACT: wording.FOR_A_CONTACT,
    Kind.REMINDER: wording.FOR_A_REMINDER,
    Kind.OFFERED: wording.FOR_AN_OFFER,
    Kind.LEFTOVER: wording.FOR_AN_OFFER,
    Kind.NOT_DRAWN: wording.FOR_A_CONTACT,
    Kind.ASSIGNED: wording.FOR_AN_OFFER,
}
STANDARD_VERSION = 0  # the ward's own versions count from one


@dataclass(frozen=True)
class Words:
    """What is sent: the subject (mail only), the body, and the version they come from."""

    subject: str
    body: str
    version: int


def finished(*, kind: Kind, carrier: Carrier, language: str, values: dict[str, str]) -> Words:
    """The finished words of one message; a language without words of its own speaks Japanese."""
    spoken = language if language in LANGUAGES else "ja"
    template = _newest().get((kind, carrier, spoken))
    if template is None:
        subject, text = standard(kind=kind, carrier=carrier, language=spoken)
        version = STANDARD_VERSION
    else:
        subject, text, version = template.subject, template.text, template.version
    return Words(wording.fill(subject, values), wording.fill(text, values), version)


def draft(*, kind: str, carrier: str, subject: str, text: str) -> wording.Draft:
    """A text with the gaps that its kind may and must have."""
    return wording.Draft(
        text=text,
        subject=subject,
        is_sms=carrier != Carrier.MAIL,
        gaps=GAPS.get(kind, wording.FOR_A_VISIT),
        required=wording.ALWAYS | MUST_SAY[kind],
    )


_kept: dict[str, tuple[float, dict[tuple[str, str, str], MessageTemplate]]] = {}


def _newest() -> dict[tuple[str, str, str], MessageTemplate]:
    code, now = current().code, time.monotonic()
    kept = _kept.get(code)
    if kept and kept[0] > now:
        return kept[1]
    rows = MessageTemplate.objects.order_by("version")
    found = {(row.kind, row.carrier, row.language): row for row in rows}
    _kept[code] = (now + KEPT_SECONDS, found)
    return found


def forget_kept() -> None:
    """Drop what this process keeps: after a new version was made here."""
    _kept.clear()
