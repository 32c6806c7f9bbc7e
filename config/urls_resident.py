"""The resident host's pages."""

from django.urls import URLPattern, URLResolver, include, path

from config.urls_common import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.urls_common")),
    path("", include("venues.urls_resident")),
    path("", include("booking.urls_resident")),
]
