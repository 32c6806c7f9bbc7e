"""A real SMTP server that keeps what arrives, and refuses or hangs on request."""

import asyncio
import email
import email.policy
import ssl
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 1_000_000
KEPT = 200_000


@dataclass(frozen=True, kw_only=True)
class MailBehaviour:
    """How one recipient's mailbox answers RCPT and DATA; None means it takes the mail."""

    rcpt: str | None = None  # such as "550 5.1.1 no such mailbox"
    data: str | None = None  # such as "451 4.3.0 try again later"
    hang_seconds: float = 0.0  # silence before the answer to DATA
    close: bool = False  # the connection breaks at DATA
    keep: bool = False  # the mail was taken although `data`, a hang or a break says otherwise


@dataclass(frozen=True)
class MailHeld:
    """One mail that arrived."""

    at: str
    sender: str
    recipients: list[str]
    subject: str
    text: str
    headers: list[list[str]]


@dataclass
class Mailroom:
    """Every mail that arrived, oldest first, and the mailboxes that misbehave."""

    held: deque[MailHeld] = field(default_factory=lambda: deque(maxlen=KEPT))
    behaviours: dict[str, MailBehaviour] = field(default_factory=dict)

    def behave(self, address: str, behaviour: MailBehaviour) -> None:
        """From now on answer so for this mailbox."""
        self.behaviours[address] = behaviour

    def reset(self) -> None:
        """Forget everything."""
        self.held.clear()
        self.behaviours.clear()

    def held_for(self, address: str) -> list[MailHeld]:
        """Every mail that arrived for a mailbox."""
        return [mail for mail in list(self.held) if address in mail.recipients]

    def as_json(self) -> list[dict[str, Any]]:
        """The mails as plain values."""
        return [asdict(mail) for mail in list(self.held)]

    def take(self, envelope: Envelope) -> None:
        """Keep one mail."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain", "html"))
        self.held.append(
            MailHeld(
                at=datetime.now(UTC).isoformat(),
                sender=envelope.mail_from or "",
                recipients=[str(address) for address in envelope.rcpt_tos],
                subject=str(message["subject"] or ""),
                text=body.get_content().replace("\r\n", "\n") if body else "",
                headers=[[name, str(value)] for name, value in message.items()],
            )
        )


class MailHandler:
    """Answers SMTP commands from the mailroom's book of behaviours."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd hands it in
        session: Session,  # noqa: ARG002 - aiosmtpd hands it in
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],  # noqa: ARG002 - aiosmtpd hands it in
    ) -> str:
        """Take or refuse a recipient."""
        behaviour = self._mailroom.behaviours.get(address)
        if behaviour and behaviour.rcpt:
            return behaviour.rcpt
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 - aiosmtpd hands it in
        envelope: Envelope,
    ) -> str:
        """Take or refuse a mail."""
        told = [self._mailroom.behaviours.get(str(address)) for address in envelope.rcpt_tos]
        odd = next((behaviour for behaviour in told if behaviour), MailBehaviour())
        if odd.keep or not (odd.data or odd.hang_seconds or odd.close):
            self._mailroom.take(envelope)
        await asyncio.sleep(odd.hang_seconds)
        if odd.close and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return odd.data or "250 2.0.0 OK: queued"


def smtp_protocol(mailroom: Mailroom, *, tls: ssl.SSLContext | None = None) -> SMTP:
    """One SMTP conversation; with a certificate it takes mail under STARTTLS only."""
    return SMTP(
        MailHandler(mailroom),
        hostname="localhost",
        ident="simulator",
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        tls_context=tls,
        require_starttls=tls is not None,
        loop=asyncio.get_running_loop(),
    )
