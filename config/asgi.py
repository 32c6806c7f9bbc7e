"""HTTP and websockets in one process: the demo and `live`."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
in_threads = get_wsgi_application()

from config.inside import Inside  # noqa: E402 - needs ready apps
from config.sockets import SOCKETS  # noqa: E402 - consumers need ready apps
from config.whole_requests import WholeRequests  # noqa: E402 - as above
from frontdoor.middleware import WaitingRoom  # noqa: E402 - as above
from tenancy.entrances.letters import Letters  # noqa: E402 - as above
from tenancy.entrances.shares import Shares  # noqa: E402 - as above
from tenancy.entrances.websocket import MunicipalityWebsocket  # noqa: E402 - as above

http = WholeRequests(Inside(Letters(WaitingRoom(Shares(in_threads)))))
application = ProtocolTypeRouter(
    {"http": http, "websocket": MunicipalityWebsocket(URLRouter(SOCKETS))}
)
