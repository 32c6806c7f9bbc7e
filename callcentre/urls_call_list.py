"""The staff host's list of people to tell by telephone."""

from django.urls import path

from callcentre.views import call_list

app_name = "call_list"
urlpatterns = [
    path("", call_list.waiting, name="waiting"),
    path("<uuid:message_id>/", call_list.one, name="one"),
    path("<uuid:message_id>/look/", call_list.look, name="look"),
    path("<uuid:message_id>/result/", call_list.result, name="result"),
]
