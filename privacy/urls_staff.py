"""Pages about what was seen, on the staff host."""

from django.urls import path

from privacy.views import access_log

app_name = "privacy"
urlpatterns = [path("access-log/", access_log.entries, name="access_log")]
