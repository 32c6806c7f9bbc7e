"""Websockets: the municipality from the host, the origin exactly this host (T19)."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from tenancy import municipalities
from tenancy.current import forget, serve
from tenancy.directory.models import Host
from tenancy.entrances.http import host_name

Asgi = Callable[..., Awaitable[None]]


class MunicipalityWebsocket:
    """Lets a socket in only on a staff host and only from that host's own pages."""

    def __init__(self, inner: Asgi) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        found = await _admit(scope)
        if found is None:
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return
        serve(found)
        try:
            await self.inner({**scope, "municipality": found}, receive, send)
        finally:
            forget()


async def _admit(scope: dict[str, Any]) -> Any:
    headers = {name.lower(): value for name, value in scope.get("headers", [])}
    given = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin", b"").decode("latin-1")
    scheme = "http" if settings.WAKU_LOOPBACK else "https"
    name = host_name(given)
    if name is None or origin != f"{scheme}://{given}" or "live" not in settings.WAKU_DOORS:
        return None
    try:
        found, kind = await database_sync_to_async(municipalities.find_by_host)(name)
    except municipalities.UnknownMunicipality:
        return None
    return found if kind == Host.Kind.STAFF else None
