"""SMS through the carrier (Twilio's Messages resource).

The carrier knows no idempotency key: a request without an answer may have been accepted. So
nothing here repeats a request, and everything that is neither a clear yes nor a clear no is
UNKNOWN.
"""

import hashlib
import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from notifications.channels import Answer, Dispatch, Outcome, Seen

CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
# Longest stay in the carrier's outgoing queue: below the time after which an unknown try may be
# repeated, so that a stuck original cannot arrive beside its replacement.
VALIDITY = timedelta(minutes=10)
SKEW = timedelta(minutes=2)  # between the carrier's clock and ours
LOOKED_AT = 500  # newest messages of one number that are compared

OUR_ACCOUNT_IS_WRONG = frozenset({20003, 20005, 21212, 21408, 21606, 21609, 21659, 21660, 63038})
COME_BACK = frozenset({20429, 14107, 21611})


@dataclass(frozen=True)
class SmsAccount:
    """A municipality's own sub-account at the carrier."""

    sid: str
    token: str
    sender: str
    receipt_url: str  # public address of our receipts page; the attempt's id is added
    carrier_url: str = ""  # empty: the carrier's own address

    def __repr__(self) -> str:
        return f"SmsAccount({self.sid})"


class Sms:
    """The SMS channel of one municipality."""

    def __init__(self, account: SmsAccount) -> None:
        self._account = account
        self._own = threading.local()
        self._opened: list[Client] = []
        self._lock = threading.Lock()

    def send(self, dispatch: Dispatch) -> Outcome:
        """Ask the carrier once to take the message."""
        try:
            taken = self._client().messages.create(
                to=dispatch.recipient,
                from_=self._account.sender,
                body=dispatch.body,
                status_callback=self._receipt_url(dispatch.attempt_id),
                validity_period=int(VALIDITY.total_seconds()),
            )
        except Exception as failure:  # noqa: BLE001 - whatever broke, the message may have gone
            return outcome_of(failure)
        if not isinstance(taken.sid, str) or not taken.sid:
            return Outcome(Answer.UNKNOWN, error_code="no_sid")
        return Outcome(Answer.ACCEPTED, provider_id=taken.sid)

    def find(self, dispatch: Dispatch, *, tried_at: datetime) -> tuple[str, ...] | None:
        """Look through what the carrier holds for this number since the try."""
        # No DateSent filter: what still waits at the carrier has no such date and would be missed.
        found = []
        try:
            held = self._client().messages.stream(
                to=dispatch.recipient, limit=LOOKED_AT, page_size=100
            )
            for one in held:
                if one.date_created is not None and one.date_created < tried_at - SKEW:
                    break
                if self._is_it(one, dispatch):
                    found.append(str(one.sid))
        except Exception:  # noqa: BLE001 - whatever broke, we do not know
            return None
        return tuple(found)

    def look(self, provider_id: str) -> Seen | None:
        """Fetch one message."""
        try:
            one = self._client().messages(provider_id).fetch()
        except Exception:  # noqa: BLE001 - whatever broke, we do not know
            return None
        return Seen(status=str(one.status), error_code=str(one.error_code or ""))

    def close(self) -> None:
        """Close every thread's connections."""
        with self._lock:
            opened, self._opened = self._opened, []
        for client in opened:
            client.http_client.session.close()
        self._own = threading.local()

    def _is_it(self, one: Any, dispatch: Dispatch) -> bool:
        return one.from_ == self._account.sender and _digest(one.body) == _digest(dispatch.body)

    def _receipt_url(self, attempt_id: UUID) -> str:
        return f"{self._account.receipt_url}?attempt={attempt_id}"

    def _client(self) -> Client:
        # One for each thread: the library's HTTP client keeps "the last response" on itself and
        # hands it back, so threads that share one get each other's answers.
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = _open(self._account)
            with self._lock:
                self._opened.append(client)
        return client


def _open(account: SmsAccount) -> Client:
    http = TwilioHttpClient(logger=_silent(), timeout=READ_SECONDS)
    http.timeout = (CONNECT_SECONDS, READ_SECONDS)
    http.session.mount("http://", HTTPAdapter(max_retries=0))
    http.session.mount("https://", HTTPAdapter(max_retries=0))
    client = Client(account.sid, account.token, http_client=http)
    if account.carrier_url:
        client.api.base_url = account.carrier_url
    return client


def _silent() -> logging.Logger:
    """The library logs every query, and a query names the recipient."""
    return logging.Logger("carrier", level=logging.CRITICAL + 1)  # noqa: LOG001 - belongs nowhere


def outcome_of(failure: Exception) -> Outcome:
    """A failed try, classed by the one question that matters: may it have gone?"""
    if isinstance(failure, requests.ConnectTimeout):
        return Outcome(Answer.LATER, error_code="connect")
    if isinstance(failure, requests.ConnectionError):
        reason = getattr(failure.args[0] if failure.args else None, "reason", None)
        if isinstance(reason, NewConnectionError):
            return Outcome(Answer.LATER, error_code="connect")
        return Outcome(Answer.UNKNOWN, error_code="broken")
    if isinstance(failure, requests.Timeout):
        return Outcome(Answer.UNKNOWN, error_code="silence")
    if isinstance(failure, TwilioException):
        return _answered(getattr(failure, "status", None), getattr(failure, "code", None))
    return Outcome(Answer.UNKNOWN, error_code="unreadable")


def _answered(status: Any, code: Any) -> Outcome:
    if not isinstance(status, int) or not 400 <= status < 500:
        return Outcome(Answer.UNKNOWN, error_code=str(status or "unreadable"))
    number = code if isinstance(code, int) and code else status
    if status in {408, 425}:  # a relay in between gave up waiting for the answer
        return Outcome(Answer.UNKNOWN, error_code=str(status))
    if status == 429 or number in COME_BACK:
        return Outcome(Answer.LATER, error_code=str(number))
    if status in {401, 403, 404} or number in OUR_ACCOUNT_IS_WRONG:
        return Outcome(Answer.HALTED, error_code=str(number))
    return Outcome(Answer.REFUSED, error_code=str(number))


def _digest(text: str | None) -> bytes:
    return hashlib.sha256((text or "").encode()).digest()
