"""The short stop of a move, and the switch to the other end."""

from datetime import datetime

from tenancy import municipalities, schemas, stops
from tenancy.directory.models import Municipality
from tenancy.relocations._refusals import NotReady
from tenancy.relocations._road import Road


def stop(road: Road, *, at: datetime) -> None:
    """Every process shows the page; then the fence."""
    stops.stop(road.source, at=at)


def fence(road: Road, *, patience: float) -> None:
    """Nothing can be acknowledged at the source any more."""
    try:
        stops.fence(road.source, patience=patience)
    except stops.StillWriting as writing:
        words = "終わらない処理が残っています。受付を再開し、移転を取りやめます。"
        raise NotReady(words) from writing


def resume(road: Road) -> None:
    """Serve again where it was."""
    stops.resume(road.source)


def switch(road: Road) -> None:
    """The directory points to the target, and it is served there: one statement."""
    schemas.grant(road.target)
    Municipality.objects.using("owner").filter(code=road.source.code).update(
        database=road.target.database, stopped_at=None
    )
    municipalities.forget_kept()
