"""Behind nginx: the caller's address and scheme, as nginx wrote them over whatever was sent."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest


class BehindNginx:
    """Takes the caller's address from X-Forwarded-For, which nginx replaces, never appends to.

    Only in the list of middleware where WAKU_BEHIND_NGINX says that nothing else can reach us.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").strip()
        # Not one plain address: nginx did not write it, so the nearest caller counts.
        with suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ip_address(given))
        return self.get_response(request)
