"""The ways to reach somebody (送信経路): each sends one message once and says what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Answer(StrEnum):
    """What became of one try, as far as we can know it."""

    ACCEPTED = "accepted"  # the carrier has it
    REFUSED = "refused"  # the carrier will never take it: this recipient, this text
    LATER = "later"  # certainly not taken now; may be tried again
    HALTED = "halted"  # certainly not taken, and neither will be any other: our account is wrong
    UNKNOWN = "unknown"  # it may have gone; never to be repeated blindly
    NOT_SENT = "not_sent"  # asked afterwards: the carrier never had it


@dataclass(frozen=True)
class Outcome:
    """The end of one try."""

    answer: Answer
    provider_id: str = ""
    error_code: str = ""


@dataclass(frozen=True)
class Dispatch:
    """What is handed to a channel: finished words for exactly one recipient."""

    attempt_id: UUID
    recipient: str
    body: str
    subject: str = ""

    def __repr__(self) -> str:
        return f"Dispatch({self.attempt_id})"


class Channel(Protocol):
    """One way to reach somebody; may be used by several threads at once."""

    def send(self, dispatch: Dispatch) -> Outcome:
        """Try once; never raises for what a carrier or a network may do."""

    def find(self, dispatch: Dispatch, *, tried_at: datetime, others: frozenset[str]) -> Outcome:
        """What became of a try without an answer; `others` are the ids of other tries."""

    def close(self) -> None:
        """Give back connections."""
