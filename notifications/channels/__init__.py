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


@dataclass(frozen=True)
class Seen:
    """What the carrier says of a message it holds."""

    status: str
    error_code: str = ""


class Channel(Protocol):
    """One way to reach somebody; may be used by several threads at once."""

    def send(self, dispatch: Dispatch) -> Outcome:
        """Try once; never raises for what a carrier or a network may do."""

    def find(self, dispatch: Dispatch, *, tried_at: datetime) -> tuple[str, ...] | None:
        """The ids under which the carrier holds these words; None if it cannot say."""

    def look(self, provider_id: str) -> Seen | None:
        """How far an accepted message has come; None if the carrier cannot say."""

    def close(self) -> None:
        """Give back connections."""
