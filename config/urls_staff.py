"""The staff host's pages."""

from django.urls import URLPattern, URLResolver, include, path

from config.urls_common import handler400, handler403, handler404, handler500
from tenancy.views import home

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.urls_common")),
    path("", include("privacy.urls_sign_in")),
    path("", home.home, name="staff_home"),
    path("", include("notifications.urls_staff")),
    path("", include("exchange.urls")),
]
