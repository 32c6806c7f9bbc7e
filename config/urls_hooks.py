"""The carriers' callbacks: signature first."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("notifications.urls_hooks")),
]
