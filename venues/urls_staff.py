"""The staff host's pages of venues."""

from django.urls import path

from venues.views import (
    allowances,
    days,
    new_opening,
    opening,
    release_rules,
    slots,
    stock,
    vaccines,
    venues,
)

app_name = "venues"
urlpatterns = [
    path("", venues.venues, name="venues"),
    path("new/", venues.enter_venue, name="enter_venue"),
    path("<int:pk>/", venues.venue, name="venue"),
    path("<int:pk>/edit/", venues.edit_venue, name="edit_venue"),
    path("vaccines/", vaccines.vaccines, name="vaccines"),
    path("vaccines/new/", vaccines.enter_vaccine, name="enter_vaccine"),
    path("vaccines/<int:pk>/", vaccines.edit_vaccine, name="edit_vaccine"),
    path("days/", days.days, name="days"),
    path("days/<str:iso>/", days.day, name="day"),
    path("openings/new/", new_opening.new_opening, name="new_opening"),
    path("openings/new/totals/", new_opening.totals_so_far, name="totals_so_far"),
    path("openings/<int:pk>/", opening.opening, name="opening"),
    path("openings/<int:pk>/places/", opening.resize, name="resize"),
    path("openings/<int:pk>/change/", opening.change, name="change_opening"),
    path("openings/<int:pk>/shift/", opening.shift, name="shift"),
    path(
        "openings/<int:pk>/release-rules/", release_rules.for_opening, name="opening_release_rules"
    ),
    path("openings/<int:pk>/allowances/", allowances.show, name="allowances"),
    path("openings/<int:pk>/lots/", stock.lots, name="lots"),
    path("allowances/rule/", allowances.rule, name="signing_rule"),
    path("allowances/<int:pk>/agree/", allowances.agree, name="agree_allowance"),
    path("allowances/<int:pk>/take-back/", allowances.take_back, name="take_back_allowance"),
    path("release-rules/", release_rules.for_all, name="release_rules"),
    path("release-rules/<int:pk>/stop/", release_rules.stop, name="stop_release_rule"),
    path("slots/<int:pk>/close/", slots.close_slot, name="close_slot"),
    path("slots/<int:pk>/reopen/", slots.reopen_slot, name="reopen_slot"),
]
