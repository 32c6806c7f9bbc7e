"""What a crash or a forgetful day leaves behind (後片付け): found here, and taken up or erased."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from exchange import parcels, rosters, spool
from exchange.models import Parcel, ParcelEvent
from tenancy.current import municipality_atomic

#: A work that has told nothing for so long has no worker any more; each may be begun again.
LYING: Final = timedelta(minutes=3)
#: A password and a dry run do not wait for ever: after this the file must be handed in anew.
FORGOTTEN: Final = timedelta(days=7)

_WORKING: Final = (Parcel.State.CHECKING, Parcel.State.APPLYING, Parcel.State.BUILDING)


def left_lying(*, at: datetime) -> list[tuple[str, UUID]]:
    """Parcels somebody should be working on, oldest first."""
    rows = Parcel.objects.filter(state__in=_WORKING, changed_at__lte=at - LYING)
    return [(row.state, row.pk) for row in rows.order_by("changed_at")]


def sweep(*, at: datetime) -> None:
    """Erase what nobody came back for, and containers that belong to no parcel."""
    rosters.expire(at=at)
    _forget_unfinished(at)
    _erase_strays(at)


def _forget_unfinished(at: datetime) -> None:
    waiting = [Parcel.State.RECEIVED, Parcel.State.CHECKED]
    old = Parcel.objects.filter(
        direction=Parcel.Direction.IN, state__in=waiting, changed_at__lt=at - FORGOTTEN
    )
    for parcel in old:
        with municipality_atomic():
            held = Parcel.objects.select_for_update().get(pk=parcel.pk)
            if held.state in waiting:
                what = ParcelEvent.What.ERASED
                parcels.settle(held, Parcel.State.EXPIRED, what, by=None, at=at)
                parcels.erase_file(held, by=None, at=at)


def _erase_strays(at: datetime) -> None:
    known = set(Parcel.objects.exclude(spool_name="").values_list("spool_name", flat=True))
    for name in spool.names():
        age = at.timestamp() - spool.path_of(name).stat().st_mtime
        if name not in known and age > LYING.total_seconds():
            spool.erase(name)
