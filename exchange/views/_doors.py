"""What the doors of the exchange share."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from exchange import parcels, stations
from exchange.models import Parcel
from tenancy.models import Staff

STATION_COOKIE: Final = "__Host-station"


def station_name(request: HttpRequest) -> str:
    """The registered station that asks, or stations.NotAStation."""
    return stations.admit(request.COOKIES.get(STATION_COOKIE, ""))


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Files of people move at a registered station only; nothing of the request was read."""
    return render(request, "exchange/elsewhere.html", status=403)


def me(request: HttpRequest) -> Staff:
    """The signed-in person: the policy has let nobody else in."""
    assert isinstance(request.user, Staff)
    return request.user


def received(pk: UUID) -> Parcel:
    """A list that came in, or a page that is not there."""
    return _parcel(pk, Parcel.Direction.IN)


def roster(pk: UUID) -> Parcel:
    """A roster, or a page that is not there."""
    return _parcel(pk, Parcel.Direction.OUT)


def _parcel(pk: UUID, direction: str) -> Parcel:
    try:
        return parcels.find(parcel_id=pk, direction=direction)
    except parcels.NoSuchParcel as unknown:
        raise Http404 from unknown
