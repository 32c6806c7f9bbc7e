"""The staff host's pages of the front door."""

from django.urls import path

from frontdoor.views import demand, door

app_name = "frontdoor"
urlpatterns = [
    path("door/", door.door, name="door"),
    path("door/now/", door.now, name="door_now"),
    path("door/change/", door.change, name="change"),
    path("door/gatherings/new/", door.plan, name="plan"),
    path("door/gatherings/<uuid:pk>/cancel/", door.cancel, name="cancel"),
    path("demand/", demand.demand, name="demand"),
    path("demand/now/", demand.now, name="demand_now"),
    path("demand/table/", demand.table, name="demand_table"),
]
