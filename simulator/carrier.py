"""What the carrier knows: accounts, messages, and everything it was asked and told."""

import secrets
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from simulator.behaviour import HONEST, TERMINAL, Behaviour

KEPT = 200_000  # requests and callbacks remembered; a benchmark sends 68,000


@dataclass
class MessageHeld:
    """One message the carrier has accepted."""

    sid: str
    account_sid: str
    to: str
    sender: str
    body: str
    status: str
    status_callback: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    messaging_service_sid: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The resource as Twilio shows it."""
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.updated_at),
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender or None,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(segments(self.body)),
            "price": None,
            "price_unit": "JPY",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }


@dataclass(frozen=True)
class Asked:
    """One request that reached the carrier, and what was done with it."""

    at: str
    method: str
    path: str
    form: dict[str, str]
    outcome: str
    sid: str | None = None


@dataclass(frozen=True)
class Told:
    """One status callback that left, and the answer."""

    at: str
    url: str
    sid: str
    status: str
    token: str
    forged: bool
    answer: int | None


@dataclass
class Carrier:
    """All state of the simulated carrier; one event loop changes it."""

    accounts: dict[str, str] = field(default_factory=dict)
    messages: dict[str, MessageHeld] = field(default_factory=dict)
    asked: deque[Asked] = field(default_factory=lambda: deque(maxlen=KEPT))
    told: deque[Told] = field(default_factory=lambda: deque(maxlen=KEPT))
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    usual: Behaviour = HONEST
    concurrency_limit: int | None = None
    in_flight: Counter[str] = field(default_factory=Counter)
    callback_origin: str | None = None  # where the public names of callbacks really listen

    def behave(self, number: str, behaviour: Behaviour) -> None:
        """From now on treat this destination so."""
        self.behaviours[number] = behaviour
        self.uses[number] = 0

    def behaviour_for(self, number: str) -> Behaviour:
        """How to treat the next creation for this destination; counts the use."""
        chosen = self.behaviours.get(number, self.usual)
        self.uses[number] += 1
        if chosen.times is not None and self.uses[number] > chosen.times:
            return self.usual
        return chosen

    def accept(self, *, account_sid: str, form: Mapping[str, str]) -> MessageHeld:
        """Take a message in; from here on it exists, whoever hears of it."""
        now = datetime.now(UTC).replace(microsecond=0)
        service = form.get("MessagingServiceSid")
        held = MessageHeld(
            sid="SM" + secrets.token_hex(16),
            account_sid=account_sid,
            to=form["To"],
            sender=form.get("From", ""),
            body=form["Body"],
            status="accepted" if service else "queued",
            status_callback=form.get("StatusCallback", ""),
            created_at=now,
            updated_at=now,
            messaging_service_sid=service,
        )
        self.messages[held.sid] = held
        return held

    def advance(self, held: MessageHeld, status: str, *, error_code: int | None) -> None:
        """Move a message on; a final status stays."""
        if held.status in TERMINAL:
            return
        now = datetime.now(UTC).replace(microsecond=0)
        held.status, held.updated_at = status, now
        if status == "sent":
            held.sent_at = now
        if status in {"failed", "undelivered"}:
            held.error_code = error_code

    def remember(self, **facts: Any) -> None:
        """Note a request in the order of arrival."""
        self.asked.append(Asked(at=datetime.now(UTC).isoformat(), **facts))

    def reset(self) -> None:
        """Forget everything but the accounts."""
        for held in (self.messages, self.asked, self.told, self.behaviours, self.uses):
            held.clear()
        self.opted_out.clear()
        self.usual, self.concurrency_limit = HONEST, None

    def accepted_for(self, number: str) -> list[MessageHeld]:
        """Every message accepted for a destination, oldest first."""
        return [held for held in list(self.messages.values()) if held.to == number]

    def tally(self) -> dict[str, int]:
        """Counts for a benchmark; `repeated` counts texts a number got more than once."""
        once = Counter((held.to, held.body) for held in list(self.messages.values()))
        return {
            "asked": len(self.asked),
            "accepted": len(self.messages),
            "told": len(self.told),
            "repeated": sum(count - 1 for count in once.values()),
        }


def as_json(records: Iterable[Asked | Told]) -> list[dict[str, Any]]:
    """Records as plain values."""
    return [asdict(record) for record in list(records)]


GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWO_SEPTETS = set("^{}\\[~]|€\f")


def segments(body: str) -> int:
    """How many SMS the text fills; counted here again so that the product is checked by it."""
    if set(body) <= GSM_7 | GSM_7_TWO_SEPTETS:
        units = len(body) + sum(character in GSM_7_TWO_SEPTETS for character in body)
        return 1 if units <= 160 else -(-units // 153)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)
