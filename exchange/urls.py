"""The exchange's pages, on the staff host."""

from django.urls import path

from exchange.views import handovers, incidents, intake, layouts, parcels, rosters, schedule

app_name = "exchange"
urlpatterns = [
    path("files/", parcels.everything, name="parcels"),
    path("files/hand-in/", intake.hand_in, name="hand_in"),
    path("files/layouts/", layouts.everything, name="layouts"),
    path("files/layouts/<str:layout_id>/<int:version>/", layouts.explain, name="layout"),
    path("files/layouts/<str:layout_id>/<int:version>/sample.csv", layouts.sample, name="sample"),
    path("files/<uuid:pk>/", parcels.parcel, name="parcel"),
    path("files/<uuid:pk>/progress/", parcels.progress, name="parcel_progress"),
    path("files/<uuid:pk>/problems.csv", parcels.problems, name="problems"),
    path("files/<uuid:pk>/unlock/", intake.unlock, name="unlock"),
    path("files/<uuid:pk>/commit/", intake.commit, name="commit"),
    path("files/<uuid:pk>/return/", intake.give_back, name="give_back"),
    path("rosters/", rosters.everything, name="rosters"),
    path("rosters/schedule/", schedule.everything, name="schedule"),
    path("rosters/schedule/retry/", schedule.retry, name="schedule_retry"),
    path("rosters/<uuid:pk>/changes/", schedule.changes, name="late_changes"),
    path("rosters/<uuid:pk>/", rosters.one, name="roster"),
    path("rosters/<uuid:pk>/progress/", rosters.progress, name="roster_progress"),
    path("rosters/<uuid:pk>/release/", rosters.release, name="release"),
    path("rosters/<uuid:pk>/fetch/", rosters.fetch, name="fetch"),
    path("rosters/<uuid:pk>/password/", rosters.password, name="password"),
    path("incidents/", incidents.ask, name="incident"),
    path("handovers/", handovers.everything, name="handovers"),
    path("handovers/<int:pk>/", handovers.one, name="handover"),
    path("handovers/<int:pk>/correct/", handovers.correct, name="handover_correct"),
]
