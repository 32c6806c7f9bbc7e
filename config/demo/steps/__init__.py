"""What the demo prepares, in order; each step skips what already stands."""

from collections.abc import Callable
from dataclasses import dataclass

from . import accounts, foundation, places, reservations, senders, standing, target_list


@dataclass(frozen=True)
class Step:
    """One step: what a person reads, and what it does; its answer says what it found."""

    words: str
    work: Callable[[], str]


STEPS = (
    Step("自治体 / municipalities", foundation.municipalities),
    Step("基本設定 / settings", standing.standings),
    Step("職員 / staff", accounts.accounts),
    Step("差出人 / senders", senders.senders),
    Step("対象者名簿 / target list", target_list.target_lists),
    Step("会場と枠 / venues", places.places),
    Step("予約 / reservations", reservations.visitors),
)
