"""Verbs and questions on stations (登録端末): from where files of people may come in and go out (S-80).

Until a municipality registers its first station any browser of its staff may; from then on only
registered ones, also when the last of them has been struck off.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet

from exchange.models import Station
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

_SALT: Final = "exchange.station"
LIVES_SECONDS: Final = 2 * 365 * 24 * 3600


class NotPermitted(Exception):
    """The account's role does not hold the permission."""


class NotAStation(Exception):
    """This browser is not one of the municipality's stations."""


class NoSuchStation(LookupError):
    """This municipality has no such station."""


def register(*, name: str, place: str, by: Staff, at: datetime) -> tuple[Station, str]:
    """Register the browser that asks; the second half is what its cookie holds."""
    if not by.may(Permission.EDIT_RULES):
        raise NotPermitted
    made = Station.objects.create(name=name, place=place, registered_by=by, registered_at=at)
    return made, signing.dumps([current().code, str(made.pk)], salt=_SALT)


def strike_off(*, station_id: UUID, by: Staff, at: datetime) -> Station:
    """From now on its cookie opens nothing; who did it first stays on the row."""
    if not by.may(Permission.EDIT_RULES):
        raise NotPermitted
    with municipality_atomic():
        held = Station.objects.select_for_update().filter(pk=station_id).first()
        if held is None:
            raise NoSuchStation(station_id)
        if held.struck_off_at is None:
            held.struck_off_by, held.struck_off_at = by, at
            held.save(update_fields=["struck_off_by", "struck_off_at"])
    return held


def everything() -> "QuerySet[Station]":
    """Every station there ever was, the newest first."""
    return Station.objects.select_related("registered_by", "struck_off_by")


def find_by_cookie(cookie: str) -> Station | None:
    """The station a cookie names: ours, of this municipality, not struck off; else None."""
    try:
        code, pk = signing.loads(cookie, salt=_SALT, max_age=LIVES_SECONDS)
        station_id = UUID(pk)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if code != current().code:
        return None
    return Station.objects.filter(pk=station_id, struck_off_at=None).first()


def admit(cookie: str) -> str:
    """The name of the station for the parcel's history ("" before the first one), or NotAStation."""
    found = find_by_cookie(cookie)
    if found is not None:
        return found.name
    if Station.objects.exists():
        raise NotAStation
    return ""
