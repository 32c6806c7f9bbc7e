"""The staff host's pages of notifications."""

from django.urls import path

from notifications.views import call_list, sender, templates

app_name = "notifications"
urlpatterns = [
    path("call-list/", call_list.waiting, name="call_list"),
    path("call-list/<uuid:message_id>/", call_list.one, name="call"),
    path("call-list/<uuid:message_id>/result/", call_list.result, name="call_result"),
    path("sender/", sender.settings, name="sender"),
    path("message-templates/", templates.all_templates, name="templates"),
    path(
        "message-templates/<str:kind>/<str:carrier>/<str:language>/",
        templates.one_template,
        name="template",
    ),
]
