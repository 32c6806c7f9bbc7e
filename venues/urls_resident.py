"""The resident host's pages of venues."""

from django.urls import path

from venues.views.free_places import about_free_places, free_places, free_places_table

app_name = "venues"
urlpatterns = [
    path("free-places.json", free_places, name="free_places"),
    path("free-places.csv", free_places_table, name="free_places_table"),
    path("free-places/", about_free_places, name="about_free_places"),
]
