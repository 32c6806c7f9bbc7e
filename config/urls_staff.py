"""The staff host's pages."""

from django.urls import URLPattern, URLResolver, include, path

from booking.views import stage
from config.urls_common import handler400, handler403, handler404, handler500
from tenancy.views import home

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.urls_common")),
    path("", include("privacy.urls_sign_in")),
    path("console/", include("callcentre.urls_staff")),
    path("call-list/", include("callcentre.urls_call_list")),
    path("", home.home, name="staff_home"),
    path("", include("notifications.urls_staff")),
    path("", include("exchange.urls")),
    path("", include("tenancy.urls_staff")),
    path("", include("privacy.urls_staff")),
    path("stage/", stage.stage, name="stage"),
    path("stage/ask/", stage.ask, name="stage_ask"),
    path("stage/<uuid:pk>/agree/", stage.agree, name="stage_agree"),
    path("stage/<uuid:pk>/refuse/", stage.refuse, name="stage_refuse"),
    path("", include("frontdoor.urls_staff")),
    path("venues/", include("venues.urls_staff")),
    path("", include("booking.urls_staff")),
]
