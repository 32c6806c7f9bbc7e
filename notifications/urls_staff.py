"""The staff host's pages of notifications."""

from django.urls import path

from notifications.views import sender, templates

app_name = "notifications"
urlpatterns = [
    path("sender/", sender.settings, name="sender"),
    path("message-templates/", templates.all_templates, name="templates"),
    path(
        "message-templates/<str:kind>/<str:carrier>/<str:language>/",
        templates.one_template,
        name="template",
    ),
]
