"""Two municipalities with the same keys and different canaries; a page and a socket to read them."""

import threading
import uuid

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from tenancy.current import serving
from tenancy.policies import PUBLIC, policy

READS = 1_000
THREADS = 16
CANARY = {"999997": "KANARIA-MIHON", "999989": "KANARIA-TAMESHI"}
SAME_ID = uuid.UUID(int=42)


@pytest.fixture
def canaries(live_municipalities):
    """The same primary key in both municipalities, each with its own canary, sealed and plain."""
    from tests import cast

    for municipality in (live_municipalities.mihon, live_municipalities.tameshi):
        with serving(municipality):
            cast.venue(code="V1", name=CANARY[municipality.code])
            cast.resident(
                name=CANARY[municipality.code], voucher_number="9990000001", language="ja"
            )
    return live_municipalities


def read_canary() -> str:
    """What whoever is served now finds: a plain and a sealed column, and the schema's own name."""
    from booking.models import Resident
    from venues.models import Venue

    venue = Venue.objects.get(code="V1").name
    name = Resident.objects.get().name
    assert venue == name
    return venue


@policy(PUBLIC)
def plain(_request):
    return HttpResponse(read_canary())


@policy(PUBLIC)
def streaming(_request):
    from venues.models import Venue

    def parts():
        for venue in Venue.objects.order_by("id").iterator():
            yield venue.name

    return StreamingHttpResponse(parts())


urlpatterns = [path("plain", plain), path("streaming", streaming)]


def all_at_once(count, work):
    """Run work(number) in `count` threads from one barrier; returns what they raised."""
    barrier, raised = threading.Barrier(count), []

    def run(number):
        from django.db import connections

        barrier.wait()
        try:
            work(number)
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            raised.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
