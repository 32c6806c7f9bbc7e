"""HTTP and websockets in one process: the demo and `live`."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from config.sockets import SOCKETS  # noqa: E402 - consumers need ready apps
from tenancy.entrances.websocket import MunicipalityWebsocket  # noqa: E402 - as above

application = ProtocolTypeRouter(
    {"http": http, "websocket": MunicipalityWebsocket(URLRouter(SOCKETS))}
)
