"""Verb and questions on vaccine lots: vials that are given to a day (ワクチンの在庫)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from unicodedata import normalize

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Bucket, LotEntry, Opening, VaccineLot
from venues.refusals import Refused, checked_reason

MOST_VIALS: Final = 9_999
_LOT: Final = re.compile(r"[A-Z0-9-]{1,20}")


class NotALotNumber(Refused):
    """Letters, figures and hyphens, as on the vial."""

    words = _("ロット番号は、英数字とハイフンで20文字までです。")
    item = "lot_number"


class LotExpired(Refused):
    """It may not be given on that day any more."""

    words = _("この日には使用期限が切れています。別のロットを割り当ててください。")
    item = "expires_on"


class LotDiffers(Refused):
    """The same lot number was entered before with other facts."""

    words = _("同じロット番号が、別の使用期限か回数で登録されています。バイアルの表示を確かめてください。")  # fmt: skip
    item = "lot_number"


class NotThatMany(Refused):
    """No more vials can be taken away than the day has."""

    words = _("この日にあるバイアル数より多くは減らせません。")
    item = "vials"


@dataclass(frozen=True)
class LotLine:
    """One lot at a day."""

    lot: VaccineLot
    vials: int

    @property
    def doses(self) -> int:
        """For how many people."""
        return self.vials * self.lot.doses_per_vial


@dataclass(frozen=True)
class Stock:
    """What a day has, against the people it can take."""

    lines: tuple[LotLine, ...]
    places: int

    @property
    def doses(self) -> int:
        """For how many people there is vaccine."""
        return sum(line.doses for line in self.lines)

    @property
    def missing(self) -> int:
        """How many people more can be booked than there is vaccine for."""
        return max(0, self.places - self.doses)


def allot(
    *,
    opening: Opening,
    lot_number: str,
    expires_on: date,
    doses_per_vial: int,
    vials: int,
    reason: str,
    by: Staff,
    at: datetime,
) -> LotEntry:
    """Give a day vials of a lot of its vaccine, or take some away (fewer than none), or refuse."""
    reason = checked_reason(reason)
    number = normalize("NFKC", lot_number).strip().upper()
    if not _LOT.fullmatch(number):
        raise NotALotNumber
    if vials > 0 and expires_on < opening.day:
        raise LotExpired
    with municipality_atomic():
        row = Opening.objects.select_for_update(no_key=True).get(pk=opening.pk)
        lot, _made = VaccineLot.objects.get_or_create(
            vaccine_id=row.vaccine_id, lot_number=number,
            defaults={"expires_on": expires_on, "doses_per_vial": doses_per_vial},
        )  # fmt: skip
        if (lot.expires_on, lot.doses_per_vial) != (expires_on, doses_per_vial):
            raise LotDiffers
        there = LotEntry.objects.filter(lot=lot, opening=row).aggregate(sum=Sum("vials"))["sum"]
        if vials == 0 or not 0 <= (there or 0) + vials <= MOST_VIALS:
            raise NotThatMany
        return LotEntry.objects.create(
            lot=lot, opening=row, vials=vials, reason=reason, done_by=by, happened_at=at
        )


def stock_of(opening: Opening) -> Stock:
    """The lots of a day and the places it has."""
    rows = VaccineLot.objects.filter(entries__opening=opening).annotate(vials=Sum("entries__vials"))
    lines = [LotLine(row, row.vials) for row in rows.order_by("expires_on", "lot_number")]
    places = Bucket.objects.filter(slot__opening=opening).aggregate(sum=Sum("capacity"))["sum"]
    return Stock(tuple(line for line in lines if line.vials), places or 0)


def entries_of(opening: Opening) -> list[LotEntry]:
    """Everything that was given to a day or taken away, the newest first."""
    rows = LotEntry.objects.filter(opening=opening).select_related("lot", "done_by")
    return list(rows.order_by("-happened_at", "-pk")[:100])


def doses_of(opening_ids: Collection[int]) -> dict[int, int]:
    """For how many people each day has vaccine; a day of which nobody has said is not in it."""
    rows = LotEntry.objects.filter(opening_id__in=opening_ids).order_by()
    found = rows.values("opening_id").annotate(doses=Sum(F("vials") * F("lot__doses_per_vial")))
    return {row["opening_id"]: row["doses"] for row in found}
