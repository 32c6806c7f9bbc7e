"""Pages of the design system itself."""

from django.urls import path

from shared.views import gallery

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/staff/", gallery.gallery, {"variant": "staff"}, name="gallery_staff"),
]
