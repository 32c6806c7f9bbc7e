"""The resident host's pages of venues."""

from django.urls import path

from venues.views.free_places import free_places

app_name = "venues"
urlpatterns = [path("free-places.json", free_places, name="free_places")]
