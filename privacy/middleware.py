"""Nothing personal is kept by browsers or proxies; each request has its circumstances."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from privacy.access_log import Circumstances, circumstances

PERMISSIONS = "camera=(), microphone=(self), geolocation=(), payment=(), usb=()"


LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that sounds or looks like another


def new_request_id() -> str:
    """A number to read out on the telephone: 40 bits in two groups of four."""
    letters = [secrets.choice(LETTERS) for _place in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


class NothingStoredMiddleware:
    """Cache-Control: no-store on every answer that does not say otherwise (T28)."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if "public" in response.headers["Cache-Control"]:
            _same_in_every_language(response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def _same_in_every_language(response: HttpResponseBase) -> None:
    """A public answer has no words: one copy serves all, not one for each Accept-Language."""
    named = (one.strip() for one in response.headers.get("Vary", "").split(","))
    kept = [one for one in named if one and one.lower() != "accept-language"]
    del response.headers["Vary"], response.headers["Content-Language"]
    if kept:
        response.headers["Vary"] = ", ".join(kept)


class CircumstancesMiddleware:
    """Says from where and in which request: for the access log."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        request_id = new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]
        token = circumstances.set(
            Circumstances(network=request.META.get("REMOTE_ADDR", "") or "", request_id=request_id)
        )
        try:
            return self.get_response(request)
        finally:
            circumstances.reset(token)
