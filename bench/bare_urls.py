"""The bare view: the claim's own statement with values made on the spot, and an empty answer."""

import itertools
import os
import uuid
from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench import statement
from tenancy import municipalities
from tenancy.current import current, forget, serve

CODE = os.environ["BENCH_CODE"]
_serial = itertools.count()


def serve_one(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: always the same municipality."""

    def middleware(request: HttpRequest) -> HttpResponse:
        serve(municipalities.find(code=CODE))
        try:
            return get_response(request)
        finally:
            forget()

    return middleware


def claim(request: HttpRequest, bucket: int, resident: str) -> HttpResponse:
    """One claim by the one statement."""
    del request
    text, values = statement.claim(
        bucket=bucket, resident=uuid.UUID(resident), number=f"{os.getpid()}-{next(_serial)}"
    )
    with connections[current().database].cursor() as cursor:
        cursor.execute(text, values)
        _permitted, made = cursor.fetchone()
    return HttpResponse(status=204 if made else 409)


urlpatterns = [path("<int:bucket>/<str:resident>", claim)]
