"""The staff host's pages of booking."""

from django.urls import path

from booking.views import (
    closures,
    counts,
    leftover_calls,
    releases,
    rules,
    status_decisions,
    waiting_orders,
)

app_name = "booking"
urlpatterns = [
    path("closures/<int:pk>/", closures.close_day, name="close_day"),
    path("closures/<int:pk>/reopen/", closures.reopen_day, name="reopen_day"),
    path("counts/", counts.show, name="counts"),
    path("counts/settle/", counts.settle, name="settle_counts"),
    path("to-decide/", status_decisions.show, name="to_decide"),
    path("to-decide/<uuid:pk>/", status_decisions.decide, name="decide"),
    path("releases/", releases.plans, name="releases"),
    path("releases/new/", releases.edit, name="new_release"),
    path("releases/<uuid:pk>/", releases.show, name="release"),
    path("releases/<uuid:pk>/now/", releases.now, name="release_now"),
    path("releases/<uuid:pk>/edit/", releases.edit, name="edit_release"),
    path("releases/<uuid:pk>/rows/new/", releases.row, name="new_release_row"),
    path("releases/<uuid:pk>/rows/<int:row_pk>/", releases.row, name="release_row"),
    path("releases/<uuid:pk>/rows/<int:row_pk>/drop/", releases.drop_row, name="drop_release_row"),
    path("releases/<uuid:pk>/preview/", releases.preview, name="preview_release"),
    path("releases/<uuid:pk>/arm/", releases.arm, name="arm_release"),
    path("releases/<uuid:pk>/withdraw/", releases.withdraw, name="withdraw_release"),
    path("releases/<uuid:pk>/copy/", releases.copy, name="copy_release"),
    path("releases/<uuid:pk>/drop/", releases.drop, name="drop_release"),
    path("waiting-list/", waiting_orders.show, name="waiting_list"),
    path("waiting-list/order/", waiting_orders.set_order, name="set_waiting_order"),
    path("leftovers/", leftover_calls.show, name="leftovers"),
    path("leftovers/<int:opening_pk>/", leftover_calls.call_out, name="call_out_leftovers"),
    path("leftovers/<uuid:pk>/end/", leftover_calls.end, name="end_leftovers"),
    path("rules/", rules.rules, name="rules"),
    path("rules/stop/<str:channel>/", rules.stop, name="stop"),
    path("rules/resume/<str:channel>/", rules.resume, name="resume"),
    path("rules/cut-offs/", rules.cut_offs, name="cut_offs"),
    path("rules/groups/new/", rules.group, name="new_group"),
    path("rules/groups/<int:pk>/", rules.group, name="group"),
    path("rules/courses/new/", rules.course, name="new_course"),
    path("rules/courses/<int:pk>/", rules.course, name="course"),
    path("rules/changes/<int:programme_pk>/", rules.change_rules, name="change_rules"),
]
