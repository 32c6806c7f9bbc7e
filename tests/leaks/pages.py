"""Pages, a socket and tasks that do nothing but read the canary of whoever is served."""

import json

from celery import shared_task
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from tenancy.policies import PUBLIC, policy


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


class Reader(AsyncWebsocketConsumer):
    """Answers each frame with the canary it can read."""

    policy = PUBLIC

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(json.dumps({"found": await database_sync_to_async(read_canary)()}))


FOUND = []


@shared_task(name="tests.read")
def read(*, municipality_code):
    """Notes what it found and for whom it was asked."""
    FOUND.append((municipality_code, read_canary()))
