"""Pages that residents and staff have alike."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config.views import health, parts
from privacy.views.content_policy import content_policy_report
from tenancy.policies import PUBLIC, policy

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("content-policy/", content_policy_report, name="content_policy_report"),
    path("language/", policy(PUBLIC)(set_language), name="set_language"),
    path("gallery/", parts, name="gallery"),
    path("gallery/staff/", parts, {"variant": "staff"}, name="gallery_staff"),
]
if settings.WAKU_DEMO:
    urlpatterns.append(path("demo/", include("config.demo.urls")))

handler400 = "shared.views.errors.bad_request"
handler403 = "shared.views.errors.forbidden"
handler404 = "shared.views.errors.not_found"
handler500 = "shared.views.errors.fault"
