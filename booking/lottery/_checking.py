"""Question: was it drawn as it was promised (抽選の検算)? Everything is worked out again."""

from dataclasses import dataclass

from booking.lottery._running import outcome
from booking.lottery.drawing import Given, hash_of
from booking.models import Lottery, LotteryApplication

Stands = LotteryApplication.State


@dataclass(frozen=True)
class Check:
    """What working it out again came to."""

    seed_fits: bool
    looked_at: int
    wrong: tuple[str, ...]  # numbers of applications whose result is another one

    @property
    def is_right(self) -> bool:
        """Whether seed and every result agree."""
        return self.seed_fits and not self.wrong


def verify(lottery: Lottery) -> Check:
    """Compare the hash with the seed, and every kept result with what the seed gives."""
    given = {one.name: one for one in outcome(lottery)}
    rows = LotteryApplication.objects.filter(
        lottery=lottery, state__in=(Stands.APPLIED, Stands.WON, Stands.LOST)
    )
    wrong = [
        row.number
        for row in rows.defer("phone", "email")
        if (row.lot, row.wish_met, tuple(row.bucket_ids), row.state) != _said(given[str(row.pk)])
    ]
    fits = hash_of(str(lottery.seed)) == lottery.seed_hash
    return Check(fits, len(given), tuple(sorted(wrong)))


def _said(one: Given) -> tuple[int, int | None, tuple[int, ...], str]:
    state = Stands.LOST if one.wish_met is None else Stands.WON
    return one.lot, one.wish_met, one.bucket_ids, state
