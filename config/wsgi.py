"""HTTP by WSGI: web, desk and hooks."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
in_django = get_wsgi_application()

from config.inside import Inside  # noqa: E402 - needs ready apps
from frontdoor.middleware import WaitingRoom  # noqa: E402 - as above
from tenancy.entrances.letters import Letters  # noqa: E402 - as above
from tenancy.entrances.shares import Shares  # noqa: E402 - as above

application = Inside(Letters(WaitingRoom(Shares(in_django))))
