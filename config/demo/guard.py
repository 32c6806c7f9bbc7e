"""The demo's pages answer on this machine only, and only while the municipality plays."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from tenancy.entrances.http import host_name
from tenancy.models.standing import Stage
from tenancy.policies import PUBLIC, policy
from tenancy.standings import standing

View = Callable[..., HttpResponse]


def demo_page(view: View) -> Callable[..., Any]:
    """A page without sign-in that exists nowhere but in the demo; elsewhere it is not found."""

    @policy(PUBLIC)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_demo(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def is_demo(request: HttpRequest) -> bool:
    """The setting, the machine, the host and the stage all say so."""
    host = host_name(request.META.get("HTTP_HOST", "")) or ""
    return (
        bool(settings.WAKU_DEMO and settings.WAKU_LOOPBACK)
        and ip_address(request.META["REMOTE_ADDR"]).is_loopback
        and host.endswith(".localhost")
        and standing().stage == Stage.BUILDING
    )
