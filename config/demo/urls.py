"""The demo's pages; included only where WAKU_DEMO is set."""

from django.urls import path

from config.demo.views import guide

app_name = "demo"
urlpatterns = [
    path("", guide.guide, name="guide"),
    path("accounts/", guide.accounts, name="accounts"),
    path("received/", guide.sent, name="received"),
]
