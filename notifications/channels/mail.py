"""Mail over SMTP: one message, one To, nobody else (メール)."""

import smtplib
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, mailers
from django.core.validators import validate_email

from notifications.channels import Answer, Dispatch, Outcome, Seen


@dataclass(frozen=True)
class MailAccount:
    """How a municipality's mails are signed, and through which of the house's mailers they go."""

    sender: str
    mailer: str = "default"


class Mail:
    """The mail channel of one municipality; keeps one connection for each thread."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._own = threading.local()
        self._opened: list[Any] = []
        self._lock = threading.Lock()

    def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one mail to the mail server."""
        try:
            mail = self._mail(dispatch)
        except (ValidationError, ValueError):
            return Outcome(Answer.REFUSED, error_code="address")
        connection = self._connection()
        try:
            connection.open()
        except OSError as failure:  # smtplib's exceptions are OSErrors
            self._drop()
            return Outcome(Answer.LATER, error_code=_code(failure) or "connect")
        try:
            connection.send_messages([mail])
        except ValueError:
            return Outcome(Answer.REFUSED, error_code="address")
        except OSError as failure:
            self._drop()
            return outcome_of(failure)
        return Outcome(Answer.ACCEPTED, provider_id=str(dispatch.attempt_id))

    def find(
        self,
        dispatch: Dispatch,  # noqa: ARG002 - as every channel
        *,
        tried_at: datetime,  # noqa: ARG002 - as every channel
    ) -> tuple[str, ...] | None:
        """A mail server cannot be asked: a person must decide."""
        return None

    def look(self, provider_id: str) -> Seen | None:  # noqa: ARG002 - as every channel
        """A mail server tells nothing afterwards."""
        return None

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            opened, self._opened = self._opened, []
        for connection in opened:
            _quietly_close(connection)
        self._own = threading.local()

    def _mail(self, dispatch: Dispatch) -> EmailMessage:
        validate_email(dispatch.recipient)
        if any(mark in dispatch.recipient for mark in ",;<>\"'\r\n \t"):
            raise ValidationError("one plain address")
        if "\n" in dispatch.subject or "\r" in dispatch.subject:
            raise ValidationError("one line")
        host = self._account.sender.rpartition("@")[2].rstrip(">")
        return EmailMessage(
            subject=dispatch.subject,
            body=dispatch.body,
            from_email=self._account.sender,
            to=[dispatch.recipient],
            headers={
                "Message-ID": f"<{dispatch.attempt_id}@{host}>",  # opaque; finds it in a mail log
                "Auto-Submitted": "auto-generated",
            },
        )

    def _connection(self) -> Any:
        connection = getattr(self._own, "connection", None)
        if connection is not None and not _answers(connection):
            self._drop()  # closed while idle: find out before it would look like a lost mail
            connection = None
        if connection is None:
            connection = self._own.connection = mailers.create_connection(self._account.mailer)
            with self._lock:
                self._opened.append(connection)
        return connection

    def _drop(self) -> None:
        connection = self._own.connection
        del self._own.connection
        with self._lock:
            if connection in self._opened:
                self._opened.remove(connection)
        _quietly_close(connection)


def outcome_of(failure: Exception) -> Outcome:
    """A failed hand-over, classed by whether the server may have taken the mail."""
    code = _code(failure)
    if isinstance(failure, smtplib.SMTPServerDisconnected) or not code:
        return Outcome(Answer.UNKNOWN, error_code="broken")
    number = int(code)
    if isinstance(failure, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return Outcome(Answer.HALTED if number >= 500 else Answer.LATER, error_code=code)
    return Outcome(Answer.REFUSED if number >= 500 else Answer.LATER, error_code=code)


def _code(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        return str(failure.smtp_code) if failure.smtp_code > 0 else ""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        codes = [answer[0] for answer in failure.recipients.values()]
        return str(codes[0]) if codes else ""
    return ""


def _answers(connection: Any) -> bool:
    if connection.connection is None:
        return True
    try:
        return bool(connection.connection.noop()[0] == 250)
    except OSError:
        return False


def _quietly_close(connection: Any) -> None:
    try:
        connection.close()
    except OSError:
        connection.connection = None
