"""Questions about cuts of the access log: where the chain begins, and whether we made it so."""

import hmac
from dataclasses import dataclass

from privacy import chain, keys
from privacy.models import LogCut
from tenancy.current import current


@dataclass(frozen=True)
class Beginning:
    """What stands before the first link that is still there."""

    number: int = 0
    through: int = 0
    head: bytes = chain.FIRST


def last() -> LogCut | None:
    """The newest cut."""
    return LogCut.objects.order_by("-number").first()


def beginning() -> Beginning:
    """Where the chain begins now."""
    cut = last()
    return Beginning(cut.number, cut.through, bytes(cut.head)) if cut else Beginning()


def signature_of(cut: LogCut) -> bytes:
    """What only the holder of the municipality's key can write under a cut."""
    said = (
        "waku-log-cut-1", current().code, cut.number, cut.through, bytes(cut.head).hex(),
        cut.kept_years, cut.consent, chain.microseconds(cut.cut_at),
    )  # fmt: skip
    return hmac.digest(keys.ring().index, "\t".join(map(str, said)).encode(), "sha256")


def is_genuine(cut: LogCut) -> bool:
    """Whether this cut was made with the municipality's key."""
    return hmac.compare_digest(bytes(cut.signature), signature_of(cut))
