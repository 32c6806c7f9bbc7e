"""Door: the live socket of the staff host. It only rings; commands and pictures go over HTTP."""

import asyncio
import json
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import timezone

from callcentre import consoles, doorbells
from callcentre.doorbells import Listener
from shared import metrics
from tenancy import sessions
from tenancy.current import serving
from tenancy.directory.models import Municipality
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Policy, staff_may

LONGEST: Final = 4096
OLDEST_SECONDS: Final = 3600.0
MOST_MESSAGES: Final = 30  # in a minute; a page sends five
NOT_UNDERSTOOD, TOO_OLD = 4400, 4408


class LiveConsumer(AsyncWebsocketConsumer):
    """Rings {topic, seq} to signed-in staff; hears heartbeats and subscriptions only."""

    policy: Policy = staff_may(Permission.SEE_VENUES)
    channel_layer_alias = "none"  # one ear a process hears for all: callcentre.doorbells
    listener: Listener | None = None
    telling: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        """Let in whose session is alive and whose role holds the policy's permission."""
        scope: dict[str, Any] = dict(self.scope)
        self.municipality: Municipality = scope["municipality"]
        self.heard: list[float] = []
        key = _session_key(scope)
        staff = await database_sync_to_async(_admitted)(self.municipality, key, self.policy)
        if staff is None:
            await self.close()
            return
        self.listener = Listener(key, staff.role, own=consoles.topic_of(staff))
        metrics.SOCKETS.inc()
        await self.accept()
        self.bells = doorbells.join(self.municipality, self.listener, clock=timezone.now)
        self.telling = asyncio.create_task(self._tell(self.listener))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A heartbeat or a subscription; anything else closes the socket."""
        del bytes_data
        asked = _understood(text_data)
        now = asyncio.get_running_loop().time()
        self.heard = [*(at for at in self.heard if at > now - 60), now]
        if asked is None or self.listener is None or len(self.heard) > MOST_MESSAGES:
            await self.close(code=NOT_UNDERSTOOD)
            return
        if asked["type"] == "subscribe":
            self.listener.subscribe(asked["topics"])
            self.listener.stand(self.bells.seqs)
            if self.bells.delays:
                self.listener.delay(self.bells.delays)

    async def disconnect(self, code: int) -> None:
        """Leave no ear behind."""
        del code
        if self.telling is not None:
            self.telling.cancel()
        if self.listener is not None:
            metrics.SOCKETS.dec()
            doorbells.leave(self.municipality, self.listener)

    async def _tell(self, listener: Listener) -> None:
        """Send what there is to tell until the socket is too old or its rights are gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(OLDEST_SECONDS):
                while not listener.closing:
                    for news in await listener.news():
                        if not listener.closing:
                            await self.send(text_data=json.dumps(news))
        await self.close(code=listener.closing or TOO_OLD)


def _admitted(municipality: Municipality, session_key: str, policy: Policy) -> Staff | None:
    if not session_key or policy.permission is None:
        return None
    with serving(municipality):
        staff = sessions.find(session_key, at=timezone.now())
        return staff if staff is not None and staff.may(policy.permission) else None


def _session_key(scope: dict[str, Any]) -> str:
    sent = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie")
    try:
        cookies = SimpleCookie(sent.decode("latin-1"))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def _understood(text: str | None) -> dict[str, Any] | None:
    """A heartbeat or a subscription, or None for everything else."""
    if text is None or len(text.encode()) > LONGEST:
        return None
    try:
        asked = json.loads(text)
    except ValueError:
        return None
    if not isinstance(asked, dict):
        return None
    if asked.get("type") == "heartbeat":
        return asked
    topics = asked.get("topics")
    is_list = isinstance(topics, list) and all(isinstance(one, str) for one in topics)
    return asked if asked.get("type") == "subscribe" and is_list else None
