"""What the simulated carrier and mail server received."""

import json
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.demo.cast import Town
from shared import phone

SHOWN: Final = 20
STATUS: Final = {
    "delivered": (_("到着"), "positive"),
    "sent": (_("送信済"), "info"),
    "undelivered": (_("不達"), "caution"),
    "failed": (_("失敗"), "negative"),
}


@dataclass(frozen=True)
class Sms:
    """One SMS as the telephone shows it, with what became of it."""

    at: datetime
    to: str
    words: str
    status: object
    tone: str


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    at: datetime
    to: str
    subject: str
    words: str


def messages(town: Town) -> list[Sms]:
    """One town's newest SMS first; none while the carrier does not answer."""
    return [_sms(one) for one in _newest("messages", sender=("from", town.sms_name))]


def mails(town: Town) -> list[Mail]:
    """One town's newest mail first; none while the mail server does not answer."""
    return [
        Mail(
            at=datetime.fromisoformat(one["at"]),
            to="、".join(one["recipients"]),
            subject=one["subject"],
            words=one["text"],
        )
        for one in _newest("mail", sender=("sender", town.mail_address))
    ]


def _sms(one: dict[str, Any]) -> Sms:
    status, tone = STATUS.get(one["status"], (_("受付"), "neutral"))
    return Sms(
        parsedate_to_datetime(one["date_created"]),
        phone.national(one["to"]),
        one["body"],
        status,
        tone,
    )


def _newest(what: str, *, sender: tuple[str, str]) -> list[dict[str, Any]]:
    address = f"{settings.WAKU_CARRIER_URL}/_control/{what}"
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 our simulator
            held: list[dict[str, Any]] = json.load(answer)
    except (OSError, ValueError):
        return []
    item, name = sender
    return [one for one in reversed(held) if one[item] == name][:SHOWN]
