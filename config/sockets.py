"""The websockets of the house."""

from typing import Any

from django.urls import path

from callcentre.consumers import LiveConsumer

LIVE: Any = LiveConsumer.as_asgi()
SOCKETS: list[Any] = [path("live/", LIVE)]
