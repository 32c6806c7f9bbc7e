"""Pages about what was seen, on the staff host."""

from django.urls import path

from privacy.views import access_log, alerts, copies, reviews

app_name = "privacy"
urlpatterns = [
    path("access-log/", access_log.entries, name="access_log"),
    path("access-log/find/", access_log.find, name="trace_find"),
    path("access-log/reveal/", access_log.reveal, name="reveal"),
    path("copies/", copies.show, name="copies"),
    path("reviews/", reviews.show, name="reviews"),
    path("reviews/<uuid:review_id>/", reviews.one, name="review"),
    path("alerts/", alerts.show, name="alerts"),
    path("alerts/week/", alerts.week, name="week"),
    path("alerts/rules/", alerts.rules, name="alert_rules"),
    path("alerts/<uuid:alert_id>/", alerts.one, name="alert"),
]
