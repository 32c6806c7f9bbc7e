"""How the carrier treats a destination number: honest unless told otherwise."""

import enum
import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

TERMINAL = ("delivered", "undelivered", "failed", "canceled")


class Creation(enum.StrEnum):
    """What happens to a request that asks for a new message."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    UNAVAILABLE_AFTER_ACCEPT = "unavailable_after_accept"
    HANG = "hang"
    HANG_AFTER_ACCEPT = "hang_after_accept"
    CLOSE = "close"
    CLOSE_AFTER_ACCEPT = "close_after_accept"

    @property
    def accepts(self) -> bool:
        """Whether a message exists afterwards, whatever the caller gets to hear."""
        return self in {
            Creation.ACCEPT,
            Creation.UNAVAILABLE_AFTER_ACCEPT,
            Creation.HANG_AFTER_ACCEPT,
            Creation.CLOSE_AFTER_ACCEPT,
        }


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One destination's treatment; the defaults are an honest, quick carrier."""

    creation: Creation = Creation.ACCEPT
    times: int | None = None  # how many creations it holds for; afterwards honest
    error: int = 21211  # the code of REFUSE
    hang_seconds: float = 30.0
    answer_seconds: float = 0.0  # how long an honest answer takes

    statuses: tuple[str, ...] = ("sent", "delivered")
    error_code: int | None = None  # ErrorCode of failed and undelivered
    step_seconds: float = 0.02  # between one status and the next
    order: str = "in_order"  # or reversed, shuffled
    copies: int = 1  # the same callback again, with the same idempotency token
    missing: tuple[str, ...] = ()  # statuses nobody is told of; "all" silences everything
    forged: int = 0  # extra callbacks signed with a wrong token
    delay_seconds: float = 0.0  # before the first callback

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """Read a behaviour, or raise ValueError with the name that does not exist."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise ValueError(f"unknown: {', '.join(unknown)}")
        values = dict(given)
        for name in ("statuses", "missing"):
            if name in values:
                values[name] = tuple(values[name])
        if "creation" in values:
            values["creation"] = Creation(values["creation"])
        return cls(**values)

    def tells(self, status: str) -> bool:
        """Whether anybody is called back about this status."""
        return "all" not in self.missing and status not in self.missing

    def in_telling_order(self, statuses: list[str]) -> list[str]:
        """The order in which the callbacks leave."""
        if self.order == "reversed":
            return statuses[::-1]
        if self.order == "shuffled":
            return random.sample(statuses, len(statuses))
        return statuses


HONEST = Behaviour()
