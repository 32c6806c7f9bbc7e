"""What every page knows of its municipality."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tenancy.current import current_or_none
from tenancy.standings import shown


def municipality(request: HttpRequest) -> dict[str, Any]:
    """The municipality and how it stands, for page headers and footers."""
    served = current_or_none()
    if served is None:
        return {"municipality": None, "standing": None, "is_demo": settings.WAKU_DEMO}
    request.standing = SimpleLazyObject(shown)  # type: ignore[attr-defined] # asked for once
    return {
        "municipality": served,
        "standing": request.standing,  # type: ignore[attr-defined]
        "is_demo": settings.WAKU_DEMO,
    }
